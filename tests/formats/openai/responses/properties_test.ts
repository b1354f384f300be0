import assert from "node:assert/strict";
import fc from "fast-check";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import {
  ITEM_FIELDS,
  REQUEST_FIELDS,
} from "../../../../src/formats/openai/responses/request_fields.ts";
import { OPENAI_RESPONSES } from "../../../../src/formats/openai/responses/responses.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { assertLinear } from "../../../support/assert_linear.ts";
import { checkEvents } from "./event_grammar.ts";
import { testContext } from "./operation_context.ts";
import { eventsFor, nativeOf, wholeOf } from "./responses_calls.ts";

/** Names that requests have, so that what is made up reaches every reader. */
const NAMES = [
  ...REQUEST_FIELDS.flatMap(({ name }) => name.split(".")),
  ...[
    "type",
    "role",
    "content",
    "id",
    "call_id",
    "name",
    "arguments",
    "output",
    "encrypted_content",
  ],
  ...["image_url", "file_data", "input_audio", "data", "format", "schema", "action", "parameters"],
];
const WORDS = [
  ...ITEM_FIELDS.map(({ name }) => name),
  ...[
    "user",
    "assistant",
    "developer",
    "function",
    "custom",
    "web_search",
    "namespace",
    "allowed_tools",
  ],
  ...["json_schema", "low", "{}", "data:,a", "reasoning.encrypted_content"],
];

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(fc.constantFrom(...WORDS), fc.jsonValue({ maxDepth: 0 })),
    fc.array(tie("anything"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie("anything"), { maxKeys: 5 }),
  ),
}));

Deno.test("Any request is read, or refused with INVALID_ARGUMENT", () => {
  fc.assert(
    fc.property(anything, anything, anything, (input, tools, more) => {
      const body = { model: "gemini-3-flash", input, tools, ...(isJsonObject(more) ? more : {}) };
      OPENAI_RESPONSES.references?.(body);
      try {
        OPENAI_RESPONSES.read(body, testContext({ previousContents: [] }));
      } catch (error) {
        assert.ok(error instanceof RpcError, String(error));
        assert.equal(error.status, "INVALID_ARGUMENT");
      }
    }),
    { numRuns: 500 },
  );
});

const signature = fc.option(fc.constantFrom("YQ==", "Yg=="), { nil: undefined });
const part = fc.oneof(
  fc.record({ text: fc.string(), thoughtSignature: signature }),
  fc.record({ text: fc.string(), thought: fc.constant(true) }),
  fc.record({
    functionCall: fc.record({
      name: fc.constant("f"),
      args: fc.dictionary(fc.string(), fc.string()),
    }),
    thoughtSignature: signature,
  }),
  fc.constant({ executableCode: { code: "1" } }),
  fc.constant({ codeExecutionResult: { output: "1" } }),
  fc.constant({ inlineData: { mimeType: "image/png", data: "AAAA" } }),
  fc.constant({ toolCall: {} }),
);
const chunk = fc.record({
  candidates: fc.array(
    fc.record({
      content: fc.record({ parts: fc.array(part, { maxLength: 4 }) }),
      finishReason: fc.option(
        fc.constantFrom("STOP", "MAX_TOKENS", "SAFETY", "MALFORMED_FUNCTION_CALL"),
        { nil: undefined },
      ),
      groundingMetadata: fc.option(fc.constant({ webSearchQueries: ["q"] }), { nil: undefined }),
    }),
    { maxLength: 1 },
  ),
});

Deno.test("Any chunks become events in OpenAI's order, and all texts are in them", () => {
  const include = ["reasoning.encrypted_content"];
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 6 }), (chunks) => {
      const chunksRead: JsonObject[] = chunks;
      const { output } = checkEvents(eventsFor(chunksRead, { include }));
      assert.ok(Array.isArray(output));
      const texts = output.flatMap((item: JsonObject) =>
        item.type === "message" && Array.isArray(item.content) ? item.content : []
      ).map(({ text }) => text).join("");
      const said = chunks.flatMap(({ candidates }) => candidates).flatMap(({ content }) =>
        content.parts
      )
        .map((value: JsonObject) => value.thought === true ? "" : value.text ?? "").join("");
      assert.equal(texts, said);
    }),
    { numRuns: 300 },
  );
});

Deno.test("What is kept of a response is the same, whole and streamed, and is read again", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const native: JsonObject[] = parts;
      const [whole, streamed] = [testContext(), testContext()];
      wholeOf({ candidates: [{ content: { parts: native } }] }, {}, whole);
      eventsFor(
        native.map((one) => ({ candidates: [{ content: { parts: [one] } }] })),
        {},
        streamed,
      );
      const [contents] = [...whole.exchanges.values()].map((exchange) => exchange.contents);
      const [others] = [...streamed.exchanges.values()].map((exchange) => exchange.contents);
      assert.deepEqual(contents, others);
      const next = nativeOf({ input: "go on", previous_response_id: "resp_x" }, {
        ...testContext(),
        previousContents: contents,
      });
      assert.doesNotMatch(JSON.stringify(next.contents), /"pollux"/);
    }),
    { numRuns: 200 },
  );
});

Deno.test("The time to read a request grows with its length", () => {
  assertLinear({
    from: 200,
    make: (n) => ({
      input: Array.from({ length: n }, (_, nth) => [
        { role: "user", content: "a" },
        { type: "function_call", call_id: `c${nth}`, name: `f${nth}`, arguments: "{}" },
        { type: "function_call_output", call_id: `c${nth}`, output: "1" },
      ]).flat(),
      tools: Array.from({ length: n }, (_, nth) => ({ type: "function", name: `f${nth}` })),
    }),
    work: (body) => nativeOf(body),
  });
});

Deno.test("The time to write a response grows with its length", () => {
  assertLinear({
    from: 500,
    make: (n) =>
      Array.from({ length: n }, (_, nth) => ({
        candidates: [{
          content: {
            parts: [nth % 20 === 19 ? { functionCall: { name: "f" } } : { text: "word " }],
          },
        }],
      })),
    work: (chunks) => eventsFor(chunks),
  });
});
