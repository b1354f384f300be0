import assert from "node:assert/strict";
import fc from "fast-check";
import { isJsonObject, type JsonObject } from "../../../src/base/json.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import { BLOCK_FIELDS } from "../../../src/formats/anthropic/messages/request/block_fields.ts";
import { REQUEST_FIELDS } from "../../../src/formats/anthropic/messages/request/request_fields.ts";
import { assertLinear } from "../../support/assert_linear.ts";
import { checkStream } from "./event_grammar.ts";
import {
  COUNT_TOKENS_OPERATION,
  messageFor,
  MESSAGES_OPERATION,
  nativeOf,
  requestWith,
  responseWith,
  streamFor,
  TestContext,
} from "./operations.ts";

/** Words that requests have, so that random ones get far. */
const WORDS = [
  ...REQUEST_FIELDS.flatMap(({ name }) => name.split(".")),
  ...Object.keys(BLOCK_FIELDS),
  ...Object.values(BLOCK_FIELDS).flatMap((rules) => rules.map(({ name }) => name)),
  ...["user", "assistant", "role", "custom", "web_search_20250305", "enabled", "adaptive", "auto"],
  ...["any", "tool", "json_schema", "base64", "url", "file", "gemini-text:c2ln", "toolu_1"],
];

const word = fc.constantFrom(...WORDS);
const scalar = fc.oneof(word, fc.string(), fc.double(), fc.boolean(), fc.constant(null));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(word, fc.string()), tie("json"), { maxKeys: 6 }),
  ),
}));

/** A block of a known kind, with any values. */
const block = fc.constantFrom(...Object.entries(BLOCK_FIELDS)).chain(([type, rules]) =>
  fc.dictionary(fc.constantFrom(...rules.map(({ name }) => name)), json, { maxKeys: 4 })
    .map((members) => ({ ...members, type }))
);

const message = fc.record({
  role: fc.constantFrom("user", "assistant", "system"),
  content: fc.oneof(fc.string(), fc.array(fc.oneof(block, json), { maxLength: 4 })),
});

const request = fc.oneof(
  json,
  fc.dictionary(word, json).map((members) => requestWith(members)),
  fc.array(message, { maxLength: 4 }).map((messages) => requestWith({ messages })),
);

Deno.test("Any request is read, or refused as INVALID_ARGUMENT", () => {
  for (const operation of [MESSAGES_OPERATION, COUNT_TOKENS_OPERATION]) {
    fc.assert(fc.property(request, (value) => {
      const body: JsonObject = isJsonObject(value) ? value : { value };
      operation.references?.(body);
      try {
        assert.ok(operation.read(body, new TestContext()).calls.length > 0);
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        assert.equal(error.status, "INVALID_ARGUMENT");
      }
    }));
  }
});

const part = fc.oneof(
  json,
  fc.record({
    text: fc.string(),
    thought: fc.boolean(),
    thoughtSignature: fc.constantFrom("c2ln", ""),
  }, { requiredKeys: [] }),
  fc.record({
    functionCall: fc.record({ name: fc.string(), args: json, id: fc.string() }),
    thoughtSignature: fc.string(),
  }, { requiredKeys: ["functionCall"] }),
  fc.constantFrom(
    { executableCode: { code: "1", language: "PYTHON" } },
    { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
    { inlineData: { mimeType: "image/png", data: "AAAA" } },
    { fileData: { fileUri: "https://a.example/" } },
    { toolCall: {} },
  ),
);

const chunk = fc.oneof(
  fc.dictionary(fc.string(), json),
  fc.record({
    candidates: fc.array(
      fc.record({
        index: fc.constantFrom(0, 0, 0, 1),
        content: fc.record({ parts: fc.array(part, { maxLength: 5 }) }),
        finishReason: fc.constantFrom("STOP", "MAX_TOKENS", "SAFETY", "NEW"),
        groundingMetadata: fc.constant({
          webSearchQueries: ["q"],
          groundingChunks: [{ web: { uri: "https://a.example/" } }],
        }),
      }, { requiredKeys: [] }),
      { maxLength: 2 },
    ),
    promptFeedback: fc.constant({ blockReason: "SAFETY" }),
    usageMetadata: fc.record({
      promptTokenCount: fc.nat(),
      cachedContentTokenCount: fc.nat(),
      totalTokenCount: json,
    }),
  }, { requiredKeys: [] }),
);

const ASKING = {
  thinking: { type: "adaptive" },
  tools: [{ type: "web_search_20250305", name: "web_search" }],
};

Deno.test("Any chunks give a stream in the order of Anthropic's grammar", () => {
  fc.assert(fc.property(fc.array(chunk, { maxLength: 6 }), fc.boolean(), (chunks, asks) => {
    checkStream(streamFor(chunks, asks ? ASKING : {}));
  }));
});

Deno.test("Any response gives a message that can be sent back", () => {
  fc.assert(fc.property(chunk, (response) => {
    const context = new TestContext();
    const { content } = messageFor(response, ASKING, context);
    const messages = [{ role: "user", content: "a" }, { role: "assistant", content }];
    assert.ok(nativeOf({ messages }, context).contents);
  }));
});

Deno.test("A stream has the same blocks as the whole response", () => {
  const texts = fc.array(fc.record({ text: fc.string({ minLength: 1 }), thought: fc.boolean() }));
  fc.assert(fc.property(texts, (parts) => {
    const stream = streamFor(parts.map((part) => responseWith([part])), ASKING);
    const blocks: { type: string; text: string }[] = [];
    for (const event of checkStream(stream)) {
      if (event.type === "content_block_start") {
        blocks.push({ type: event.content_block.type, text: "" });
      }
      const last = blocks.at(-1);
      if (event.type !== "content_block_delta" || last === undefined) continue;
      last.text += String(event.delta.text ?? event.delta.thinking);
    }
    const { content } = messageFor(responseWith(parts), ASKING);
    assert.ok(Array.isArray(content));
    assert.deepEqual(
      blocks,
      content.map(({ type, text, thinking }) => ({ type, text: text ?? thinking })),
    );
  }));
});

Deno.test("Reading a request takes a time that grows with its length", () => {
  assertLinear({
    make: (n) => ({
      messages: Array.from({ length: n }, (_, nth) => [
        { role: "user", content: nth === 0 ? "a" : results(nth - 1) },
        { role: "assistant", content: [{ type: "tool_use", id: `t${nth}`, name: "f", input: {} }] },
      ]).flat(),
    }),
    work: (members) => nativeOf(members),
    from: 250,
    floorMs: 500,
  });
});

Deno.test("Writing a stream takes a time that grows with its length", () => {
  assertLinear({
    make: (n) => Array.from({ length: n }, () => responseWith([{ text: "a" }])),
    work: (chunks) => streamFor(chunks),
    from: 500,
    floorMs: 500,
  });
});

function results(nth: number): JsonObject[] {
  return [{ type: "tool_result", tool_use_id: `t${nth}`, content: "1" }];
}
