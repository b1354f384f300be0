/** What the gateway records of each kind of call is what the emulator counted. @module */
import assert from "node:assert/strict";
import type { AccountKind } from "../../../src/gemini/api/account_kinds.ts";
import { openLive, SETUP } from "../../support/live_client.ts";
import { FLASH, KEY_A, PROMPT, startUsageBed, type UsageBed } from "./usage_bed.ts";

const KINDS: readonly AccountKind[] = ["gemini-api", "vertex", "code-assist"];
const THINKING = {
  ...PROMPT,
  generationConfig: { thinkingConfig: { includeThoughts: true } },
};
const USAGE = { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12 };

function chunk(text: string, usageMetadata?: unknown) {
  const candidate = { content: { role: "model", parts: [{ text }] }, finishReason: "STOP" };
  return { candidates: [candidate], ...(usageMetadata === undefined ? {} : { usageMetadata }) };
}

for (const kind of KINDS) {
  Deno.test(`Usage of generateContent and its streams with a ${kind} account`, async () => {
    await using bed = await startUsageBed({ accounts: { one: kind } });
    const model = `/v1beta/models/gemini-3.8-flash`;
    await bed.read(`${model}:generateContent`, PROMPT);
    await bed.read(`${model}:generateContent`, THINKING);
    await (await bed.ask(`${model}:streamGenerateContent?alt=sse`, THINKING)).text();
    await (await bed.ask(`${model}:streamGenerateContent`, PROMPT)).text();
    const { thoughts, output } = await bed.sameAfter(4);
    assert.ok(thoughts > 0 && output > 0);
    assert.equal(bed.notKnown, 0);
  });

  Deno.test(`Usage of streams of a ${kind} account that are cut, or end without usage`, async () => {
    await using bed = await startUsageBed({ accounts: { one: kind } });
    bed.emulator.script("one", [
      { type: "reset-mid-stream", afterEvents: 2 },
      { type: "error-mid-stream", afterEvents: 2 },
      { type: "ok", events: [chunk("a", USAGE), chunk("b")] },
      { type: "ok", events: [chunk("a"), chunk("b")] },
    ], { method: "streamGenerateContent" });
    const path = `/v1beta/models/${FLASH}:streamGenerateContent?alt=sse`;
    for (let nth = 0; nth < 4; nth++) await (await bed.ask(path, PROMPT)).text();
    const { output } = await bed.sameAfter(4);
    assert.ok(output > USAGE.candidatesTokenCount);
    // The last one reported nothing.
    assert.deepEqual(bed.records.map(({ usage }) => usage === undefined), [
      false,
      false,
      false,
      true,
    ]);
  });

  Deno.test(`Calls of a ${kind} account that count tokens use none`, async () => {
    await using bed = await startUsageBed({ accounts: { one: kind } });
    const { totalTokens } = await bed.read(`/v1beta/models/${FLASH}:countTokens`, PROMPT);
    assert.ok(totalTokens > 0);
    assert.deepEqual(await bed.sameAfter(1), NOTHING);
    assert.equal(bed.records[0]?.usage, undefined);
  });
}

const NOTHING = { prompt: 0, cached: 0, tool: 0, thoughts: 0, output: 0 };

Deno.test("A client that disconnects within a stream has used what was reported until then", async () => {
  await using bed = await startUsageBed();
  bed.emulator.script("one", [{ type: "ok", holdAfter: 2 }]);
  const path = `/v1beta/models/${FLASH}:streamGenerateContent?alt=sse`;
  const reader = (await bed.ask(path, PROMPT)).body?.getReader();
  let text = "";
  while (text.split("usageMetadata").length < 3) {
    text += new TextDecoder().decode((await reader?.read())?.value);
  }
  await reader?.cancel();
  const { output } = await bed.sameAfter(1);
  assert.ok(output > 0);
});

Deno.test("Tokens of caches, tools and thoughts are counted apart, and once", async () => {
  await using bed = await startUsageBed();
  const whole = {
    promptTokenCount: 30,
    cachedContentTokenCount: 20,
    toolUsePromptTokenCount: 4,
    candidatesTokenCount: 9,
    thoughtsTokenCount: 6,
  };
  bed.emulator.script("one", [
    { type: "ok", events: [chunk("apart", { ...whole, totalTokenCount: 49 })] },
    { type: "ok", events: [chunk("included", { ...whole, totalTokenCount: 43 })] },
  ]);
  for (let nth = 0; nth < 2; nth++) {
    await bed.read(`/v1beta/models/${FLASH}:generateContent`, PROMPT);
  }
  assert.deepEqual(await bed.sameAfter(2), {
    prompt: 60,
    cached: 40,
    tool: 8,
    thoughts: 12,
    output: 12,
  });
});

Deno.test("Usage of a prompt with a cache", async () => {
  await using bed = await startUsageBed();
  const long = { role: "user", parts: [{ text: "word ".repeat(5000) }] };
  const { name } = await bed.read("/v1beta/cachedContents", {
    model: `models/${FLASH}`,
    contents: [long],
    ttl: "300s",
  });
  const body = { ...PROMPT, cachedContent: name };
  await bed.read(`/v1beta/models/${FLASH}:generateContent`, body);
  const { cached, prompt } = await bed.sameAfter(2);
  assert.ok(cached > 1000 && prompt > cached);
});

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`Usage of embeddings with a ${kind} account`, async () => {
    await using bed = await startUsageBed({ accounts: { one: kind } });
    const content = { parts: [{ text: "What is embedded" }] };
    for (const model of ["gemini-embedding-2", "gemini-embedding-001"]) {
      const requests = [1, 2].map(() => ({ model: `models/${model}`, content }));
      await bed.read(`/v1beta/models/${model}:embedContent`, { content });
      await bed.read(`/v1beta/models/${model}:batchEmbedContents`, { requests });
    }
    await bed.sameAfter(4);
    // The Gemini API reports none for this model.
    assert.equal(bed.notKnown, kind === "vertex" ? 0 : 2);
  });
}

Deno.test("Usage of Vertex AI's own embeddings, and of images", async () => {
  await using bed = await startUsageBed({ accounts: { one: "vertex" } });
  const instances = [{ content: "What is embedded" }];
  await bed.read("/v1beta/models/text-embedding-005:predict", { instances });
  await bed.read("/v1beta/models/imagen-4.0-generate-001:predict", {
    instances: [{ prompt: "A cat" }],
  });
  const { prompt } = await bed.sameAfter(2);
  assert.ok(prompt > 0);
  assert.equal(bed.notKnown, 1);
});

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`Usage of interactions with a ${kind} account`, async () => {
    await using bed = await startUsageBed({ accounts: { one: kind } });
    const path = "/v1beta/interactions";
    await bed.read(path, { model: FLASH, input: "One" });
    await (await bed.ask(path, { model: FLASH, input: "Two", stream: true })).text();
    await (await bed.ask(path, { model: FLASH, input: "No", stream: true, store: false })).text();
    const body = { model: FLASH, input: "Three", background: true };
    const { id } = await bed.read(path, body);
    assert.equal(bed.notKnown, 1);
    let shown = await bed.read(`${path}/${id}`);
    while (shown.status === "in_progress") shown = await bed.read(`${path}/${id}`);
    assert.equal(bed.notKnown, 0);
    const { prompt, output } = await bed.sameAfter(6);
    assert.ok(prompt > 0 && output > 0);
  });
}

Deno.test("Usage of an interaction that is to be continued", async () => {
  for (const stream of [false, true]) {
    await using bed = await startUsageBed();
    const input = "CONTINUE_ME CONTINUE_ME";
    await (await bed.ask("/v1beta/interactions", { model: FLASH, input, stream })).text();
    const { output } = await bed.sameAfter(1);
    assert.ok(output > 0);
  }
});

Deno.test("An interaction that is cancelled stays not known", async () => {
  await using bed = await startUsageBed();
  const body = { model: FLASH, input: "RUN_FOREVER", background: true };
  const { id } = await bed.read("/v1beta/interactions", body);
  await bed.read(`/v1beta/interactions/${id}/cancel`, {});
  await bed.read(`/v1beta/interactions/${id}`);
  assert.deepEqual(await bed.sameAfter(3), NOTHING);
  assert.deepEqual([bed.bookings.length, bed.notKnown], [0, 1]);
});

Deno.test("Usage of a tuned model, and of an answer whose tokens Google does not report", async () => {
  await using bed = await startUsageBed();
  const { name } = await bed.read("/v1beta/tunedModels", {
    baseModel: `models/${FLASH}`,
    tuningTask: {
      trainingData: { examples: { examples: [{ textInput: "1", output: "2" }] } },
    },
  });
  const [model] = /^tunedModels\/[^/]+/.exec(name) ?? [];
  // Its second read finds it done.
  for (let nth = 0; nth < 2; nth++) await bed.read(`/v1beta/${name}`);
  await bed.read(`/v1beta/${model}:generateContent`, PROMPT);
  await bed.read("/v1beta/models/aqa:generateAnswer", {
    ...PROMPT,
    answerStyle: "ABSTRACTIVE",
    inlinePassages: { passages: [{ id: "a", content: { parts: [{ text: "b" }] } }] },
  });
  await bed.until(bed.emulator.requests.length);
  const recorded = bed.records.find(({ method }) => method === "tunedModels.generateContent");
  const counted = bed.emulator.counted().find(({ method }) => method === "generateContent");
  assert.equal(recorded?.usage?.prompt, counted?.prompt);
  assert.equal(recorded?.usage?.candidates, counted?.output);
  assert.equal(bed.notKnown, 1);
});

async function talk(bed: UsageBed, setup: Readonly<Record<string, unknown>>): Promise<void> {
  await using client = openLive(bed, KEY_A);
  await client.setUp({ ...SETUP, ...setup });
  await client.say("One");
  await client.say("Two, and more of it");
}

for (const kind of ["gemini-api", "vertex"] as const) {
  Deno.test(`Usage of a Live session with a ${kind} account is that of all its turns`, async () => {
    await using bed = await startUsageBed({ accounts: { one: kind } });
    for (const modality of ["TEXT", "AUDIO"]) {
      for (const includeThoughts of [false, true]) {
        const thinkingConfig = { includeThoughts };
        const generationConfig = { responseModalities: [modality], thinkingConfig };
        await talk(bed, { generationConfig });
      }
    }
    const { prompt, output, thoughts } = await bed.sameAfter(4);
    assert.ok(prompt > 0 && output > 0 && thoughts > 0);
    assert.equal(bed.notKnown, 0);
  });
}
