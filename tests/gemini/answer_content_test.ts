/** Which chunks of an answer say anything. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { holdsContent } from "../../src/gemini/answer_content.ts";

function holds(chunk: unknown): boolean {
  return holdsContent(new TextEncoder().encode(JSON.stringify(chunk)));
}

/** A chunk whose one candidate has these fields. */
function candidate(fields: Record<string, unknown>): unknown {
  return { candidates: [{ index: 0, ...fields }], usageMetadata: { totalTokenCount: 3 } };
}

function parts(...parts: readonly unknown[]): unknown {
  return candidate({ content: { role: "model", parts } });
}

Deno.test("holdsContent() finds a part, a finish reason, a token to go on with, a block", () => {
  const chunks: Record<string, unknown> = {
    text: parts({ text: "a" }),
    "text behind an empty one": parts({ text: "" }, { text: "a" }),
    thought: parts({ text: "hm", thought: true }),
    "a signature": parts({ text: "", thoughtSignature: "c2ln" }),
    call: parts({ functionCall: { name: "f" } }),
    image: parts({ inlineData: {} }),
    "a part of no known kind": parts({ hologram: {} }),
    "a finish reason": candidate({ finishReason: "MAX_TOKENS" }),
    "an empty text with a finish reason": candidate({
      content: { parts: [{ text: "" }] },
      finishReason: "STOP",
    }),
    "a token": candidate({ continuationToken: "t" }),
    "the second candidate": { candidates: [{}, { finishReason: "STOP" }] },
    block: { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: {} },
    "no known field": { text: "a" },
    array: [],
    null: null,
  };
  for (const [name, chunk] of Object.entries(chunks)) assert.equal(holds(chunk), true, name);
  assert.equal(holdsContent(new TextEncoder().encode("{")), true);
});

Deno.test("holdsContent() finds nothing in counts, ids and empty candidates", () => {
  const chunks: Record<string, unknown> = {
    nothing: {},
    counts: { usageMetadata: { promptTokenCount: 3 }, modelVersion: "m", responseId: "r" },
    "no candidate": { candidates: [] },
    "no object for a candidate": { candidates: [null, "x"] },
    "a candidate without content": candidate({}),
    "content without parts": candidate({ content: { role: "model" } }),
    "no part": parts(),
    "an empty text": parts({ text: "" }),
    "an empty part": parts({}),
    feedback: { promptFeedback: { safetyRatings: [] } },
  };
  for (const [name, chunk] of Object.entries(chunks)) assert.equal(holds(chunk), false, name);
});

Deno.test("holdsContent() takes a long chunk for content without looking into it", () => {
  assert.equal(holds({ usageMetadata: { note: "x".repeat(5000) } }), true);
});

Deno.test("holdsContent() reads whatever comes", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assert.equal(typeof holdsContent(bytes), "boolean");
  }));
});
