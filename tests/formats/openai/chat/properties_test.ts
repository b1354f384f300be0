/** What holds for any request, and any response. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { CHAT_FIELDS } from "../../../../src/formats/openai/chat/chat_fields.ts";
import { CHAT_OPERATION } from "../../../../src/formats/openai/chat/chat_operation.ts";
import { assertLinear } from "../../../support/assert_linear.ts";
import {
  choicesIn,
  framesOf,
  messageOf,
  readCall,
  respond,
  streamText,
  testContext,
} from "./chat_calls.ts";

/** The names of fields, and words that stand in them. */
const NAMES = [...new Set(CHAT_FIELDS.flatMap(({ name }) => name.split(".")))];
const WORDS = [
  "user",
  "assistant",
  "tool",
  "system",
  "function",
  "text",
  "image_url",
  "file",
  "input_audio",
  "json_schema",
  "required",
  "data:image/png;base64,AAAA",
  "{}",
  "audio",
  "low",
];

/** JSON that looks like a request, at every level. */
const { request } = fc.letrec((tie) => ({
  request: fc.dictionary(fc.constantFrom(...NAMES), tie("value"), { maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(...WORDS, null, true, false, 0, 1, -1, 0.5, ""),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("request"),
    fc.jsonValue({ maxDepth: 1 }),
  ),
}));

function asClient(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof RpcError, String(error));
    assert.equal(error.status, "INVALID_ARGUMENT");
  }
}

Deno.test("Any JSON as a request is read, or refused as the client's fault", () => {
  fc.assert(
    fc.property(fc.oneof(request, fc.dictionary(fc.string(), fc.jsonValue())), (body) => {
      if (!isJsonObject(body)) return;
      asClient(() => CHAT_OPERATION.references?.(body));
      asClient(() => CHAT_OPERATION.read(body, testContext()));
      asClient(() => readCall({ ...body, messages: [{ role: "user", content: "a" }] }));
      asClient(() => readCall({ messages: [body, { role: "user", content: body.content }] }));
      asClient(() => readCall({ tools: [body], tool_choice: body.tool_choice }));
    }),
    { numRuns: 300 },
  );
});

/** Parts of every kind, with texts that need escapes. */
const text = fc.string({ unit: "grapheme" });
const part = fc.oneof(
  fc.record({ text }),
  fc.record({ text, thought: fc.constant(true) }),
  fc.record({ text: fc.constant(""), thoughtSignature: fc.base64String({ minLength: 4 }) }),
  fc.record({ functionCall: fc.record({ name: text, args: fc.dictionary(text, fc.jsonValue()) }) }),
  fc.record({
    inlineData: fc.record({ mimeType: fc.constant("image/png"), data: fc.base64String() }),
  }),
  fc.record({ executableCode: fc.record({ language: fc.constant("PYTHON"), code: text }) }),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })),
);
const candidate = fc.record({
  index: fc.nat({ max: 2 }),
  content: fc.record({ parts: fc.array(part, { maxLength: 4 }) }),
  finishReason: fc.constantFrom("STOP", "MAX_TOKENS", "SAFETY", "NEW", undefined),
});
const chunk = fc.oneof(
  { weight: 4, arbitrary: fc.record({ candidates: fc.array(candidate, { maxLength: 2 }) }) },
  fc.record({ promptFeedback: fc.record({ blockReason: text }) }),
  fc.dictionary(
    fc.constantFrom("candidates", "usageMetadata", "responseId", "modelVersion"),
    fc.jsonValue(),
  ),
);

/** The texts of chunks that are content, by the index of their candidate. */
function textsOf(chunks: readonly JsonObject[]): Map<number, string> {
  const texts = new Map<number, string>();
  for (const { candidates } of chunks) {
    for (const one of Array.isArray(candidates) ? candidates : []) {
      const parts: unknown = one?.content?.parts;
      if (!Array.isArray(parts) || typeof one.index !== "number") continue;
      for (const each of parts) {
        if (!isJsonObject(each) || Object.keys(each).some((key) => key !== "text")) continue;
        if (typeof each.text === "string") {
          texts.set(one.index, (texts.get(one.index) ?? "") + each.text);
        }
      }
    }
  }
  return texts;
}

Deno.test("Any chunks give frames that parse, with one role and one finish reason for each choice", () => {
  fc.assert(fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
    const stream = streamText({ stream_options: { include_usage: true } }, chunks);
    assert.ok(stream.endsWith("data: [DONE]\n\n"));
    const choices = choicesIn(framesOf(stream));
    for (const index of new Set(choices.map((choice) => choice.index))) {
      const own = choices.filter((choice) => choice.index === index);
      const roles = own.filter(({ delta }) => isJsonObject(delta) && delta.role !== undefined);
      assert.equal(roles.length, 1);
      assert.equal(roles[0], own[0]);
      assert.equal(own.filter(({ finish_reason }) => finish_reason !== null).length, 1);
      assert.notEqual(own.at(-1)?.finish_reason, null);
    }
  }));
});

Deno.test("The deltas of a stream are Gemini's texts, in their order", () => {
  const texts = fc.array(
    fc.record({
      candidates: fc.array(
        fc.record({
          index: fc.nat({ max: 1 }),
          content: fc.record({ parts: fc.array(fc.record({ text }), { maxLength: 3 }) }),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 6 },
  );
  fc.assert(fc.property(texts, (chunks) => {
    const sums = new Map<number, string>();
    for (const { index, delta } of choicesIn(framesOf(streamText({}, chunks)))) {
      assert.ok(typeof index === "number" && isJsonObject(delta));
      sums.set(index, (sums.get(index) ?? "") + String(delta.content ?? ""));
    }
    for (const [index, sum] of textsOf(chunks)) assert.equal(sums.get(index) ?? "", sum);
  }));
});

Deno.test("A whole response is the sum of its stream", () => {
  const responses = fc.record({
    candidates: fc.array(
      fc.record({ index: fc.constant(0), content: fc.record({ parts: fc.array(part) }) }),
      { minLength: 1, maxLength: 1 },
    ),
  });
  fc.assert(fc.property(responses, (response) => {
    const { content, reasoning_content, tool_calls } = messageOf(respond({}, response));
    let sum = "";
    let thoughts = "";
    let calls = 0;
    for (const { delta } of choicesIn(framesOf(streamText({}, [response])))) {
      assert.ok(isJsonObject(delta));
      sum += String(delta.content ?? "");
      thoughts += String(delta.reasoning_content ?? "");
      calls += Array.isArray(delta.tool_calls) ? delta.tool_calls.length : 0;
    }
    assert.equal(content ?? "", sum);
    assert.equal(reasoning_content ?? "", thoughts);
    assert.equal(Array.isArray(tool_calls) ? tool_calls.length : 0, calls);
  }));
});

Deno.test("Requests and streams take linear time", () => {
  assertLinear({
    make: (n) =>
      Array.from({ length: n }, (_, nth) => [
        { role: "user", content: "a" },
        {
          role: "assistant",
          tool_calls: [
            { id: `call_${nth}`, type: "function", function: { name: "f", arguments: "{}" } },
          ],
        },
        { role: "tool", tool_call_id: `call_${nth}`, content: "1" },
      ]).flat(),
    work: (messages) => readCall({ messages }),
    from: 500,
  });
  assertLinear({
    make: (n) =>
      Array.from({ length: n }, () => ({
        candidates: [{ index: 0, content: { parts: [{ text: "ä b" }] } }],
      })),
    work: (chunks) => streamText({}, chunks),
    from: 500,
  });
});
