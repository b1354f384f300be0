/** What the emulator counts is what its responses report. @module */
import assert from "node:assert/strict";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { sumOfCounted } from "../../src/emulator/counted_usage.ts";

const FLASH = "gemini-2.5-flash";
const PROMPT = { contents: [{ role: "user", parts: [{ text: "One" }] }] };
const SUBJECT = { project: "", account: "one", model: FLASH };

async function startBed() {
  const emulator = await startEmulator();
  const key = emulator.addApiKey("one");
  async function ask(path: string, body?: unknown): Promise<Response> {
    return await fetch(`${emulator.url}/v1beta${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "x-goog-api-key": key, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
  function of(method: string) {
    const found = emulator.counted().filter((row) => row.method === method);
    assert.ok(found.length <= 1);
    return found[0] && { ...found[0], project: "" };
  }
  return { emulator, ask, of, [Symbol.asyncDispose]: () => emulator.close() };
}

Deno.test("counted() has a call's tokens by project, account, model and method", async () => {
  await using bed = await startBed();
  const { usageMetadata } = await (await bed.ask(`/models/${FLASH}:generateContent`, PROMPT))
    .json();
  await (await bed.ask(`/models/${FLASH}:generateContent`, PROMPT)).body?.cancel();
  const { promptTokenCount, candidatesTokenCount } = usageMetadata;
  assert.deepEqual(bed.of("generateContent"), {
    ...SUBJECT,
    method: "generateContent",
    calls: 2,
    reported: 2,
    prompt: 2 * promptTokenCount,
    cached: 0,
    tool: 0,
    thoughts: 0,
    output: 2 * candidatesTokenCount,
  });
  assert.equal(bed.emulator.counted()[0]?.project, bed.emulator.projectOf("one"));
  bed.emulator.clear();
  assert.deepEqual(bed.emulator.counted(), []);
});

Deno.test("counted() has the last count of a stream, and of a cut one the last that was sent", async () => {
  await using bed = await startBed();
  bed.emulator.script("one", ["ok", { type: "reset-mid-stream", afterEvents: 2 }]);
  const path = `/models/${FLASH}:streamGenerateContent?alt=sse`;
  const events = (await (await bed.ask(path, PROMPT)).text()).trim().split("\r\n\r\n")
    .map((event) => JSON.parse(event.slice("data: ".length)).usageMetadata);
  assert.ok(events.length > 2);
  const last = events.at(-1).candidatesTokenCount;
  assert.equal(bed.of("streamGenerateContent")?.output, last);
  await assert.rejects((await bed.ask(path, PROMPT)).text());
  const cut = bed.of("streamGenerateContent");
  assert.equal(cut?.output, last + events[1].candidatesTokenCount);
  assert.deepEqual([cut?.calls, cut?.reported], [2, 2]);
});

Deno.test("counted() has no tokens for refused calls and empty responses", async () => {
  await using bed = await startBed();
  bed.emulator.script("one", ["429-daily", "empty-answer", "503"]);
  for (let nth = 0; nth < 3; nth++) {
    await (await bed.ask(`/models/${FLASH}:generateContent`, PROMPT)).body?.cancel();
  }
  const counted = bed.of("generateContent");
  assert.deepEqual([counted?.calls, counted?.reported, counted?.prompt], [1, 0, 0]);
});

Deno.test("counted() counts thoughts once, whether the candidates include them or not", async () => {
  await using bed = await startBed();
  const apart = { promptTokenCount: 3, candidatesTokenCount: 5, thoughtsTokenCount: 2 };
  bed.emulator.script("one", [
    { type: "ok", events: [{ usageMetadata: { ...apart, totalTokenCount: 10 } }] },
    { type: "ok", events: [{ usageMetadata: { ...apart, totalTokenCount: 8 } }] },
  ]);
  for (let nth = 0; nth < 2; nth++) {
    await (await bed.ask(`/models/${FLASH}:generateContent`, PROMPT)).body?.cancel();
  }
  const counted = bed.of("generateContent");
  assert.deepEqual([counted?.prompt, counted?.thoughts, counted?.output], [6, 4, 8]);
});

Deno.test("counted() has a batch's tokens when it has succeeded, and an interaction's when it is done", async () => {
  await using bed = await startBed();
  const requests = [{ request: PROMPT }, { request: PROMPT }];
  const batch = { batch: { inputConfig: { requests: { requests } } } };
  const path = `/models/${FLASH}:batchGenerateContent`;
  const { name } = await (await bed.ask(path, batch)).json();
  assert.equal(bed.of("batchGenerateContent")?.reported, 0);
  const done = bed.emulator.batches(bed.emulator.projectOf("one")).end(name, "SUCCEEDED");
  const counted = bed.of("batchGenerateContent");
  const text = JSON.stringify(done["response"]);
  const totals = [...text.matchAll(/"totalTokenCount":(\d+)/g)].map(([, total]) => Number(total));
  assert.equal(totals.length, 2);
  assert.ok(counted !== undefined);
  const { prompt, output } = sumOfCounted([counted]);
  assert.equal(prompt + output, totals.reduce((sum, total) => sum + total));
  assert.deepEqual([counted.calls, counted.reported], [1, 1]);

  const body = { model: FLASH, input: "One", background: true };
  const { id } = await (await bed.ask("/interactions", body)).json();
  assert.equal(bed.of("interactions.create")?.reported, 0);
  let shown = await (await bed.ask(`/interactions/${id}`)).json();
  while (shown.status !== "completed") {
    shown = await (await bed.ask(`/interactions/${id}`)).json();
  }
  await (await bed.ask(`/interactions/${id}`)).body?.cancel();
  const made = bed.of("interactions.create");
  assert.equal((made?.prompt ?? 0) + (made?.output ?? 0), shown.usage.total_tokens);
  assert.deepEqual([made?.calls, made?.reported], [1, 1]);
});
