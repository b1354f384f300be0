/** Usage that is reported later is what the emulator counted, whoever sees it first and however. @module */
import assert from "node:assert/strict";
import type { Outcome } from "../../../src/emulator/emulator.ts";
import { FLASH, KEY_A, KEY_B, PROMPT, startUsageBed, type UsageBed } from "./usage_bed.ts";

const BATCH = {
  batch: { inputConfig: { requests: { requests: [{ request: PROMPT }, { request: PROMPT }] } } },
};
const EMBEDDED = {
  content: { parts: [{ text: "What is embedded" }] },
};
const DEFAULT_KEY = "planted-default";

async function uploadLines(bed: UsageBed, lines: readonly unknown[]): Promise<string> {
  const body = lines.map((line) => JSON.stringify(line)).join("\n");
  const headers = { "x-goog-upload-protocol": "raw", "content-type": "application/jsonl" };
  const { file } = await bed.read("/upload/v1beta/files", body, { headers });
  return file.name;
}

function endBatch(bed: UsageBed, name: string, state: "SUCCEEDED" | "CANCELLED" = "SUCCEEDED") {
  bed.emulator.batches(bed.emulator.projectOf("one")).end(name, state);
}

Deno.test("A batch counts as not known until its usage is booked, which is what Google counted", async () => {
  await using bed = await startUsageBed();
  const { name } = await bed.read(`/v1beta/models/${FLASH}:batchGenerateContent`, BATCH);
  assert.equal(bed.notKnown, 1);
  endBatch(bed, name);
  for (let nth = 0; nth < 2; nth++) await bed.read(`/v1beta/${name}`);
  const { prompt } = await bed.sameAfter(3, { method: "batchGenerateContent" });
  assert.ok(prompt > 0);
  assert.equal(bed.notKnown, 0);
  assert.deepEqual(bed.bookings.map(({ callerId, settles }) => [callerId, settles]), [["a", true]]);
});

Deno.test("A list of batches is a first sight too", async () => {
  await using bed = await startUsageBed();
  const { name } = await bed.read(`/v1beta/models/${FLASH}:batchGenerateContent`, BATCH);
  const { operations } = await bed.read("/v1beta/batches");
  assert.deepEqual([operations.length, bed.bookings.length], [1, 0]);
  endBatch(bed, name);
  for (let nth = 0; nth < 2; nth++) await bed.read("/v1beta/batches");
  assert.equal(bed.bookings.length, 1);
  await bed.read(`/v1beta/${name}`);
  await bed.sameAfter(5, { method: "batchGenerateContent" });
  assert.equal(bed.bookings.length, 1);
});

Deno.test("A list that shows no usage leaves it to a later response", async () => {
  await using bed = await startUsageBed();
  const { name } = await bed.read(`/v1beta/models/${FLASH}:batchGenerateContent`, BATCH);
  endBatch(bed, name);
  const brief: Outcome = { type: "ok", events: [{ operations: [{ name, done: true }] }] };
  bed.emulator.script("one", [brief], { method: "batches.list" });
  await bed.read("/v1beta/batches");
  await bed.read(`/v1beta/${name}`);
  await bed.sameAfter(3, { method: "batchGenerateContent" });
  assert.equal(bed.bookings.length, 1);
});

Deno.test("A cancelled batch stays not known", async () => {
  await using bed = await startUsageBed();
  const { name } = await bed.read(`/v1beta/models/${FLASH}:batchGenerateContent`, BATCH);
  await bed.read(`/v1beta/${name}:cancel`, {});
  const { error } = await bed.read(`/v1beta/${name}`);
  assert.equal(error.code, 1);
  await bed.sameAfter(3, { method: "batchGenerateContent" });
  assert.equal(bed.notKnown, 1);
});

for (const model of ["gemini-embedding-001", "gemini-embedding-2"]) {
  Deno.test(`A batch of embeddings of ${model} is booked, whether its results are inlined or in a file`, async () => {
    await using bed = await startUsageBed();
    const method = "asyncBatchEmbedContent";
    const requests = { requests: [{ request: EMBEDDED }, { request: EMBEDDED }] };
    const inlined = { batch: { inputConfig: { requests } } };
    const one = await bed.read(`/v1beta/models/${model}:${method}`, inlined);
    const lines = [1, 2, 3].map((nth) => ({ key: `k${nth}`, request: EMBEDDED }));
    const fileName = await uploadLines(bed, lines);
    const other = await bed.read(`/v1beta/models/${model}:${method}`, {
      batch: { inputConfig: { fileName } },
    });
    endBatch(bed, one.name);
    endBatch(bed, other.name);
    await bed.read(`/v1beta/${one.name}`);
    const { response } = await bed.read(`/v1beta/${other.name}`);
    await (await bed.ask(`/v1beta/${response.responsesFile}:download?alt=media`)).text();
    const { prompt } = await bed.sameAfter(6, { method });
    assert.ok(prompt > 0);
    assert.deepEqual([bed.bookings.length, bed.notKnown], [2, 0]);
  });
}

Deno.test("What key A made is booked to A, also when the gateway's own key sees it first", async () => {
  await using bed = await startUsageBed({
    settings: { auth: { mode: "auto", apiKey: DEFAULT_KEY } },
  });
  const lines = [1, 2].map((nth) => ({ key: `k${nth}`, request: PROMPT }));
  const fileName = await uploadLines(bed, lines);
  const batches = [BATCH, { batch: { inputConfig: { fileName } } }];
  const names: string[] = [];
  for (const batch of batches) {
    const { name } = await bed.read(`/v1beta/models/${FLASH}:batchGenerateContent`, batch);
    endBatch(bed, name);
    names.push(name);
  }
  // The key is removed: what it made is the gateway's own key's, and its usage stays the removed key's.
  bed.removeKey(KEY_A);
  const key = DEFAULT_KEY;
  await bed.ask(`/v1beta/${names[0]}`, undefined, { key: KEY_B, status: 404 });
  for (const name of names) {
    const { response } = await bed.read(`/v1beta/${name}`, undefined, { key });
    const path = `/v1beta/${response.responsesFile}:download?alt=media`;
    if (response.responsesFile) await (await bed.ask(path, undefined, { key })).text();
  }
  await bed.sameAfter(7, { method: "batchGenerateContent" });
  assert.deepEqual(bed.bookings.map(({ callerId }) => callerId), ["a", "a"]);
});

Deno.test("A video counts as not known, and is booked once without usage", async () => {
  await using bed = await startUsageBed();
  const model = "veo-3.1-generate-preview";
  const body = { instances: [{ prompt: "A cat" }] };
  const { name } = await bed.read(`/v1beta/models/${model}:predictLongRunning`, body);
  let shown = await bed.read(`/v1beta/${name}`);
  while (shown.done !== true) shown = await bed.read(`/v1beta/${name}`);
  await bed.read(`/v1beta/${name}`);
  await bed.read(`/v1beta/models/${model}/operations`);
  assert.deepEqual(
    bed.bookings.map(({ usage, method, model }) => [usage, method, model]),
    [[undefined, "predictLongRunning", model]],
  );
  assert.equal(bed.notKnown, 1);
});

Deno.test("A video whose operation reports usage is booked, by its read or a list", async () => {
  for (const isList of [false, true]) {
    await using bed = await startUsageBed();
    const model = "veo-3.1-generate-preview";
    const body = { instances: [{ prompt: "A cat" }] };
    const { name } = await bed.read(`/v1beta/models/${model}:predictLongRunning`, body);
    const usageMetadata = { promptTokenCount: 3, totalTokenCount: 3 };
    const done = { name, done: true, response: { usageMetadata } };
    const method = `models.operations.${isList ? "list" : "get"}`;
    const events = [isList ? { operations: [done] } : done];
    bed.emulator.script("one", [{ type: "ok", events }, { type: "ok", events }], { method });
    const path = isList ? `models/${model}/operations` : name;
    for (let nth = 0; nth < 2; nth++) await bed.read(`/v1beta/${path}`);
    assert.deepEqual(bed.bookings.map(({ usage }) => usage?.prompt), [3]);
    assert.equal(bed.notKnown, 0);
  }
});

Deno.test("An interaction whose stream was cut is booked by what its call did not count", async () => {
  // The second event reports the tokens of the input.
  for (const afterEvents of [1, 2, 5]) {
    await using bed = await startUsageBed();
    const { emulator } = bed;
    const method = "interactions.create";
    emulator.script("one", [{ type: "reset-mid-stream", afterEvents }], { method });
    const body = { model: FLASH, input: "One", stream: true };
    await assert.rejects((await bed.ask("/v1beta/interactions", body)).text());
    const [id] = emulator.interactions(emulator.projectOf("one"));
    await bed.until(1);
    assert.equal(bed.notKnown, afterEvents === 1 ? 1 : 0);
    for (let nth = 0; nth < 2; nth++) await bed.read(`/v1beta/interactions/${id}`);
    await (await bed.ask(`/v1beta/interactions/${id}?stream=true`)).text();
    const { output } = await bed.sameAfter(4, { method });
    assert.ok(output > 0);
    assert.deepEqual(bed.bookings.map(({ settles }) => settles), [afterEvents === 1]);
    assert.equal(bed.notKnown, 0);
  }
});

Deno.test("A resumed stream of an interaction books at its end, and not before", async () => {
  for (const background of [false, true]) {
    await using bed = await startUsageBed();
    const { emulator } = bed;
    emulator.script("one", [{ type: "reset-mid-stream", afterEvents: 3 }], {
      method: "interactions.create",
    });
    const body = { model: FLASH, input: "One", stream: true, background };
    await assert.rejects((await bed.ask("/v1beta/interactions", body)).text());
    const [id] = emulator.interactions(emulator.projectOf("one"));
    const path = `/v1beta/interactions/${id}?stream=true`;
    // Broken off once more, after the event that reports the tokens of the input.
    emulator.script("one", [{ type: "reset-mid-stream", afterEvents: 3 }], {
      method: "interactions.get",
    });
    await assert.rejects((await bed.ask(path)).text());
    assert.equal(bed.bookings.length, 0);
    for (let nth = 0; nth < 2; nth++) await (await bed.ask(path)).text();
    await bed.sameAfter(4, { method: "interactions.create" });
    assert.deepEqual([bed.bookings.length, bed.notKnown], [1, 0]);
  }
});

Deno.test("A client that disconnects within an interaction leaves the rest of its usage to be booked", async () => {
  await using bed = await startUsageBed();
  const { emulator } = bed;
  const method = "interactions.create";
  emulator.script("one", [{ type: "ok", holdAfter: 3 }], { method });
  const body = { model: FLASH, input: "One", stream: true };
  const { body: stream } = await bed.ask("/v1beta/interactions", body);
  const reader = stream?.getReader();
  let text = "";
  while (!text.includes("status_update")) {
    text += new TextDecoder().decode((await reader?.read())?.value);
  }
  await reader?.cancel();
  await bed.waitForCall();
  const [id] = emulator.interactions(emulator.projectOf("one"));
  await bed.read(`/v1beta/interactions/${id}`);
  await bed.sameAfter(2, { method });
  assert.deepEqual([bed.bookings.length, bed.notKnown], [1, 0]);
});
