import assert from "node:assert/strict";
import fc from "fast-check";
import { eventsOf, stepOf } from "../../../../src/ui/client/try/reply.js";

/** A body that arrives in pieces of so many bytes. */
function bodyOf(text: string, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let from = 0; from < bytes.length; from += size) {
        controller.enqueue(bytes.slice(from, from + size));
      }
      controller.close();
    },
  });
}

Deno.test("eventsOf() gives the same events wherever the bytes are cut", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.string({ unit: "grapheme" }).map((text) => JSON.stringify({ text }))),
    fc.integer({ min: 1, max: 40 }),
    fc.constantFrom("\n", "\r\n"),
    async (events, size, end) => {
      const text = events.map((event) => `data: ${event}${end}${end}`).join("");
      assert.deepEqual(await Array.fromAsync(eventsOf(bodyOf(text, size))), events);
    },
  ));
});

Deno.test("eventsOf() skips comments, and gives the event that the stream breaks off after", async () => {
  const body = bodyOf(": hello\n\ndata: 1\n\ndata:2\n", 5);
  assert.deepEqual(await Array.fromAsync(eventsOf(body)), ["1", "2"]);
});

Deno.test("eventsOf() cancels the body when nobody reads on", async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
    cancel() {
      isCancelled = true;
    },
  });
  for await (const data of eventsOf(body)) {
    assert.equal(data, "1");
    break;
  }
  assert.ok(isCancelled);
});

Deno.test("stepOf() reads text, thoughts, images, the end and tokens", () => {
  const step = stepOf(JSON.stringify({
    candidates: [{
      content: {
        parts: [
          { text: "Hm", thought: true },
          { text: "Hello" },
          { inlineData: { mimeType: "image/png", data: "AAAA" } },
          { inlineData: { mimeType: "image/svg+xml", data: "AAAA" } },
          { functionCall: { name: "f" }, thoughtSignature: "x" },
          { thoughtSignature: "x" },
        ],
      },
      finishReason: "MAX_TOKENS",
    }],
    usageMetadata: { promptTokenCount: 3, thoughtsTokenCount: 2, candidatesTokenCount: 5 },
  }));
  assert.deepEqual(step, {
    pieces: [
      { kind: "thought", text: "Hm" },
      { kind: "text", text: "Hello" },
      { kind: "image", type: "image/png", data: "AAAA" },
      { kind: "other", name: "image/svg+xml" },
      { kind: "other", name: "functionCall" },
    ],
    isBlocked: false,
    finish: "MAX_TOKENS",
    tokens: { prompt: 3, cached: 0, tool: 0, thoughts: 2, output: 5 },
  });
});

Deno.test("stepOf() reads the refusal of a prompt, and the error that ends a stream", () => {
  assert.deepEqual(stepOf('{"promptFeedback":{"blockReason":"SAFETY"}}'), {
    pieces: [],
    isBlocked: true,
    finish: "SAFETY",
  });
  assert.deepEqual(
    stepOf('{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}').error,
    { status: "UNAVAILABLE", message: "overloaded" },
  );
});

Deno.test("stepOf() takes any text", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (data) => {
    assert.ok(Array.isArray(stepOf(data).pieces));
  }));
});
