/** What is read of native responses. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { finishKind } from "../../../../src/formats/shared/response/finish_reasons.ts";
import {
  blockReasonOf,
  candidatesOf,
} from "../../../../src/formats/shared/response/response_parts.ts";
import { countsOf } from "../../../../src/formats/shared/response/token_counts.ts";
import type { JsonObject } from "../../../../src/base/json.ts";

function partsOf(parts: readonly JsonObject[]): unknown {
  return candidatesOf({ candidates: [{ content: { parts } }] })[0]?.parts;
}

Deno.test("candidatesOf() knows every kind of part", () => {
  assert.deepEqual(
    partsOf([
      { text: "a" },
      { text: "b", thought: true },
      { text: "", thoughtSignature: "S" },
      { thoughtSignature: "S" },
      { functionCall: { name: "f", args: { a: 1 }, id: "i" }, thoughtSignature: "S" },
      { functionCall: { name: "f" } },
      { inlineData: { mimeType: "image/png", data: "AAAA" }, thought: true },
      { fileData: { mimeType: "video/mp4", fileUri: "files/a" } },
      { executableCode: { language: "PYTHON", code: "1" } },
      { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
      { toolCall: { x: 1 } },
    ]),
    [
      { type: "text", text: "a" },
      { type: "thought", text: "b" },
      { type: "text", text: "", signature: "S" },
      { type: "text", text: "", signature: "S" },
      { type: "call", name: "f", args: { a: 1 }, id: "i", signature: "S" },
      { type: "call", name: "f", args: {} },
      { type: "media", mimeType: "image/png", data: "AAAA", isThought: true },
      { type: "file", mimeType: "video/mp4", uri: "files/a" },
      { type: "code", language: "PYTHON", code: "1" },
      { type: "codeResult", outcome: "OUTCOME_OK", output: "1" },
      { type: "other", part: { toolCall: { x: 1 } } },
    ],
  );
});

Deno.test("candidatesOf() reads the index, and counts where there is none", () => {
  const indexes = candidatesOf({ candidates: [{ index: 2 }, {}, { finishReason: "STOP" }] })
    .map(({ index, finishReason }) => [index, finishReason]);
  assert.deepEqual(indexes, [[2, undefined], [1, undefined], [2, "STOP"]]);
});

Deno.test("candidatesOf(), blockReasonOf() and countsOf() read anything without an error", () => {
  const keys = fc.constantFrom(
    "candidates",
    "content",
    "parts",
    "text",
    "functionCall",
    "index",
    "finishReason",
    "promptFeedback",
    "usageMetadata",
    "totalTokenCount",
    "candidatesTokensDetails",
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(keys, tie("value"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(fc.property(fc.dictionary(keys, value), (response) => {
    candidatesOf(response);
    blockReasonOf(response);
    countsOf(response);
  }));
});

Deno.test("blockReasonOf() tells why a prompt was blocked", () => {
  assert.equal(blockReasonOf({ promptFeedback: { blockReason: "SAFETY" } }), "SAFETY");
  assert.equal(blockReasonOf({ candidates: [] }), undefined);
});

function counted(usageMetadata: JsonObject): unknown {
  const { prompt, output, thoughts, total } = countsOf({ usageMetadata }) ?? {};
  return [prompt, output, thoughts, total];
}

Deno.test("countsOf() counts thoughts as output, once", () => {
  assert.deepEqual(
    counted({
      promptTokenCount: 10,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 7,
      totalTokenCount: 22,
    }),
    [10, 12, 7, 22],
  );
  // Here the tokens of the candidates include the thoughts.
  assert.deepEqual(
    counted({
      promptTokenCount: 10,
      candidatesTokenCount: 12,
      thoughtsTokenCount: 7,
      totalTokenCount: 22,
    }),
    [10, 12, 7, 22],
  );
});

Deno.test("countsOf() counts the results of Google's tools as prompt", () => {
  assert.deepEqual(
    counted({
      promptTokenCount: 10,
      toolUsePromptTokenCount: 30,
      candidatesTokenCount: 5,
      totalTokenCount: 45,
    }),
    [40, 5, 0, 45],
  );
  assert.equal(countsOf({}), undefined);
});

Deno.test("finishKind() groups every reason that Google has", () => {
  const groups = {
    stop: ["STOP"],
    length: ["MAX_TOKENS", "CONTINUATION"],
    filter: ["SAFETY", "RECITATION", "BLOCKLIST", "SPII", "IMAGE_SAFETY", "IMAGE_OTHER", "OTHER"],
    malformed: ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "A_NEW_ONE"],
  };
  for (const [kind, reasons] of Object.entries(groups)) {
    for (const reason of reasons) assert.equal(finishKind(reason), kind, reason);
  }
});
