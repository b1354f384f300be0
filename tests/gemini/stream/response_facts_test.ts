/** What a message of an upstream is. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isJsonObject } from "../../../src/base/json.ts";
import { JsonTextError } from "../../../src/gemini/json/json_reader.ts";
import {
  ALL_CANDIDATES,
  type ResponseFacts,
  scanResponse,
} from "../../../src/gemini/stream/response_facts.ts";

const encoder = new TextEncoder();

function factsOf(message: unknown, isEnveloped = false): ResponseFacts {
  return scanResponse(encoder.encode(JSON.stringify(message)), isEnveloped);
}

/** A message whose one candidate has these fields. */
function candidate(fields: Record<string, unknown>): unknown {
  return { candidates: [{ index: 0, ...fields }], usageMetadata: { totalTokenCount: 3 } };
}

function parts(...parts: readonly unknown[]): unknown {
  return candidate({ content: { role: "model", parts } });
}

Deno.test("scanResponse() finds a part, a finish reason, a token to go on with, a block", () => {
  const messages: Record<string, unknown> = {
    text: parts({ text: "a" }),
    "text behind an empty one": parts({ text: "" }, { text: "a" }),
    "two texts in one part": parts({ text: "a", thought: true, thoughtSignature: "c2ln" }),
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
    "a field of no known kind": candidate({ groundingMetadata: {} }),
    "the second candidate": { candidates: [{}, { finishReason: "STOP" }] },
    block: { promptFeedback: { blockReason: "SAFETY" }, usageMetadata: {} },
    "a block behind ratings": { promptFeedback: { safetyRatings: [], blockReason: "SAFETY" } },
  };
  for (const [name, message] of Object.entries(messages)) {
    assert.equal(factsOf(message).hasResponse, true, name);
    assert.equal(factsOf({ traceId: "t", response: message }, true).hasResponse, true, name);
  }
});

Deno.test("scanResponse() finds nothing in counts, ids and empty candidates", () => {
  const messages: Record<string, unknown> = {
    nothing: {},
    counts: { usageMetadata: { promptTokenCount: 3 }, modelVersion: "m", responseId: "r" },
    "more of what is known": { createTime: "t", modelStatus: {}, status: "OK", details: [] },
    "no candidate": { candidates: [] },
    "null for candidates": { candidates: null },
    "no object for a candidate": { candidates: [null, "x"] },
    "a candidate without content": candidate({}),
    "no part": parts(),
    "an empty text": parts({ text: "" }),
    "a part without fields": parts({}),
    "a part that is none": parts(null, "x"),
    "content that is none": candidate({ content: "x" }),
    "parts that are none": candidate({ content: { parts: {} } }),
    "an empty finish reason": candidate({ finishReason: "" }),
    "no finish reason": candidate({ finishReason: null }),
    "an empty token": candidate({ continuationToken: "" }),
    ratings: candidate({ safetyRatings: [{ category: "c" }] }),
    "feedback without a block": { promptFeedback: { safetyRatings: [] } },
    "no block reason": { promptFeedback: { blockReason: null } },
  };
  for (const [name, message] of Object.entries(messages)) {
    const { hasResponse, hasUnknown, isError } = factsOf(message);
    assert.deepEqual([hasResponse, hasUnknown, isError], [false, false, false], name);
  }
});

Deno.test("scanResponse() tells which candidates have begun, and which are complete", () => {
  const content = { parts: [{ text: "a" }] };
  const cases: readonly (readonly [message: unknown, begun: number, finished: number])[] = [
    [candidate({ content }), 1, 0],
    [candidate({ content, finishReason: "STOP" }), 1, 1],
    [candidate({ finishReason: "STOP" }), 0, 1],
    [{ candidates: [{ content }, { content, finishReason: "STOP" }] }, 3, 2],
    [{ candidates: [{ content, index: 2 }] }, 4, 0],
    [{ candidates: [{ finishReason: "STOP", index: 1 }] }, 0, 2],
    [{ candidates: [{ content, index: 99 }] }, 1 << 30, 0],
    [candidate({ content, index: -1 }), 1, 0],
    [parts({ inlineData: { data: "" } }), 0, 0],
    [parts({ inlineData: { data: "" } }, { text: "a" }), 1, 0],
    [parts({ text: "a" }, { inlineData: { data: "" } }), 1, 0],
    [parts({ text: "a" }, { text: "" }), 1, 0],
    [parts({ inlineData: { data: "" }, thoughtSignature: "c2ln" }), 0, 0],
    [candidate({ content, continuationToken: "t" }), 1, 1],
    [parts({ text: "" }), 0, 0],
    [{ promptFeedback: { blockReason: "OTHER" } }, 0, ALL_CANDIDATES],
  ];
  for (const [message, begun, finished] of cases) {
    const facts = factsOf(message);
    assert.deepEqual([facts.begun, facts.finished], [begun, finished], JSON.stringify(message));
  }
});

Deno.test("scanResponse() takes a response out of its envelope", () => {
  const inner = '{ "candidates": [{"finishReason":"STOP"}] }';
  for (
    const text of [
      `{"response": ${inner} ,"traceId":"t"}`,
      `{"traceId":"t","response":${inner}}`,
      `{"response":${inner},"error":{"code":429}}`,
      inner,
    ]
  ) {
    const { json, isError } = scanResponse(encoder.encode(text), true);
    assert.equal(isError, false, text);
    assert.equal(new TextDecoder().decode(json), inner, text);
  }
  for (const text of ["{}", '{"traceId":"t"}', '{"response":null}', '{"response":[1]}']) {
    const { json, isError } = scanResponse(encoder.encode(text), true);
    assert.deepEqual([json, isError], [undefined, false], text);
  }
});

Deno.test("scanResponse() takes an envelope's error and count for the message, unless its response has more", () => {
  const cases: readonly (readonly [text: string, isError: boolean, json: string])[] = [
    ['{"response":{"usageMetadata":{}},"error":{"code":429}}', true, "whole"],
    ['{"response":{"usageMetadata":{}},"error":null}', false, "response"],
    ['{"totalTokens":3}', false, "whole"],
  ];
  for (const [text, isError, json] of cases) {
    const facts = scanResponse(encoder.encode(text), true);
    assert.equal(facts.isError, isError, text);
    const expected = json === "whole" ? text : '{"usageMetadata":{}}';
    assert.equal(new TextDecoder().decode(facts.json), expected, text);
  }
});

Deno.test("scanResponse() notes a field that is not known, at the top", () => {
  for (const message of [{ hologram: {} }, { type: "message" }, { totalTokens: 3 }]) {
    assert.equal(factsOf(message).hasUnknown, true, JSON.stringify(message));
  }
});

Deno.test("scanResponse() takes the codes of HTTP's errors for an error's", () => {
  for (const [code, isError] of [[399, false], [400, true], [599, true], [600, false]] as const) {
    assert.equal(factsOf({ code, message: "words" }).isError, isError, `${code}`);
  }
});

Deno.test("scanResponse() looks at a hundred thousand members, candidates or parts, and no more", () => {
  const zeros = (count: number) => Array(count).fill("0").join();
  const members = (count: number) => Array(count).fill('"a":0').join();
  const shapes: readonly ((count: number) => string)[] = [
    (count) => `{${members(count)}}`,
    (count) => `{"candidates":[${zeros(count - 1)}]}`,
    (count) => `{"candidates":[{${members(count - 2)}}]}`,
    (count) => `{"candidates":[{"content":{"parts":[${zeros(count)}]}}]}`,
  ];
  for (const shape of shapes) {
    assert.equal(scanResponse(encoder.encode(shape(100_000))).isError, false);
    assert.throws(() => scanResponse(encoder.encode(shape(100_001))), JsonTextError);
  }
});

Deno.test("scanResponse() refuses what is not one whole object", () => {
  const whole = '{"response":{"candidates":[{"content":{"parts":[{"text":"a"}]}}]},"t":1}';
  for (let length = 0; length < whole.length; length++) {
    for (const isEnveloped of [false, true]) {
      assert.throws(
        () => scanResponse(encoder.encode(whole.slice(0, length)), isEnveloped),
        JsonTextError,
      );
    }
  }
  for (const text of ["[]", "1", "null", "{} {}", "{}x", "<html>", "{broken}"]) {
    assert.throws(() => scanResponse(encoder.encode(text)), JsonTextError, text);
  }
});

/** Whether a parsed message is an error, by the rule in words. */
function isErrorByRule(message: Record<string, unknown>): boolean {
  const { candidates, error, type, code, message: words } = message;
  if (Array.isArray(candidates) && candidates.length > 0) return false;
  if (type === "error") return true;
  if (typeof code === "number" && code >= 400 && code <= 599 && typeof words === "string") {
    return true;
  }
  if (!("error" in message)) return false;
  if (error !== null && error !== false && error !== "") return true;
  const beside = ["error", "type", "code", "message", "status", "details", "traceId"];
  return Object.keys(message).every((name) => beside.includes(name));
}

Deno.test("scanResponse() finds an error by the top of the message alone, in any order", () => {
  const inside = fc.constantFrom<unknown>(
    { error: { code: 429 } },
    [{ error: "x" }],
    "error",
    'x"error":{',
  );
  const member = fc.oneof(
    fc.tuple(
      fc.constant("error"),
      fc.constantFrom<unknown>(null, false, "", "text", {}, [], [{}], 429, { code: 429 }),
    ),
    fc.tuple(fc.constant("type"), fc.constantFrom<unknown>("error", "errors", 1)),
    fc.tuple(fc.constant("code"), fc.constantFrom<unknown>(429, 8, "429x")),
    fc.tuple(fc.constant("message"), fc.constantFrom<unknown>("words", 1)),
    fc.tuple(
      fc.constantFrom(
        "candidates",
        "usageMetadata",
        "totalTokens",
        "x",
        "status",
        "details",
        "traceId",
      ),
      inside,
    ),
    fc.tuple(fc.constant("candidates"), fc.constantFrom<unknown>([], null, [{}])),
  );
  fc.assert(
    fc.property(fc.uniqueArray(member, { selector: ([name]) => name }), (members) => {
      const message = Object.fromEntries(members);
      assert.equal(factsOf(message).isError, isErrorByRule(message));
      const { isError } = factsOf({ traceId: "t", response: message }, true);
      assert.equal(isError, isJsonObject(message) && isErrorByRule(message));
    }),
    { numRuns: 2000 },
  );
});
