/** Every field of a chat completion's request has a rule, and keeps to it. @module */
import type OpenAI from "openai";
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import type { FieldRule } from "../../../../src/formats/field_rule.ts";
import { CHAT_FIELDS } from "../../../../src/formats/openai/chat/chat_fields.ts";
import { GEMINI_3, nativeOf, refusedField } from "./chat_calls.ts";

type Params = OpenAI.Chat.Completions.ChatCompletionCreateParams;

/** The compiler holds this list to the types of OpenAI's library. */
const OPENAI_FIELDS: Readonly<Record<keyof Params, true>> = {
  messages: true,
  model: true,
  audio: true,
  frequency_penalty: true,
  function_call: true,
  functions: true,
  logit_bias: true,
  logprobs: true,
  max_completion_tokens: true,
  max_tokens: true,
  metadata: true,
  modalities: true,
  moderation: true,
  n: true,
  parallel_tool_calls: true,
  prediction: true,
  presence_penalty: true,
  prompt_cache_key: true,
  prompt_cache_options: true,
  prompt_cache_retention: true,
  reasoning_effort: true,
  response_format: true,
  safety_identifier: true,
  seed: true,
  service_tier: true,
  stop: true,
  store: true,
  stream: true,
  stream_options: true,
  temperature: true,
  tool_choice: true,
  tools: true,
  top_logprobs: true,
  top_p: true,
  user: true,
  verbosity: true,
  web_search_options: true,
};

/** A request with a member at every place where a rule has one. */
const FULL: JsonObject = {
  model: GEMINI_3,
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "What is this?" },
        { type: "file", file: { file_data: "data:application/pdf;base64,AAAA" } },
      ],
    },
    {
      role: "assistant",
      content: "A file",
      images: [{ image_url: { url: "data:image/png;base64,AAAA" } }],
      tool_calls: [
        { id: "call_a", type: "function", function: { name: "look", arguments: "{}" } },
      ],
    },
    { role: "tool", tool_call_id: "call_a", content: "seen" },
  ],
  tools: [{ type: "function", function: { name: "look" } }],
  response_format: { type: "json_schema", json_schema: { name: "a", schema: {} } },
  stream: true,
};

/** The object with a value put at a path, into every object of the lists on the way. */
function withMember(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const [name = "", ...rest] = path;
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = object[name] ?? {};
  if (Array.isArray(inner)) {
    return {
      ...object,
      [name]: inner.map((item) => isJsonObject(item) ? withMember(item, rest, value) : item),
    };
  }
  return isJsonObject(inner) ? { ...object, [name]: withMember(inner, rest, value) } : object;
}

function rulesOf(treatment: FieldRule["treatment"]): string[] {
  return CHAT_FIELDS.filter((rule) => rule.treatment === treatment).map(({ name }) => name);
}

Deno.test("Every field of OpenAI's library has a rule", () => {
  const known = new Set(CHAT_FIELDS.map(({ name }) => name.split(".")[0]));
  assert.deepEqual(Object.keys(OPENAI_FIELDS).filter((name) => !known.has(name)), []);
});

Deno.test("Every field has one rule", () => {
  const names = CHAT_FIELDS.map(({ name }) => name);
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), []);
});

Deno.test("A field that is ignored changes nothing", () => {
  const usual = nativeOf(FULL);
  for (const name of rulesOf("ignored")) {
    // `messages.name` of all messages, `tools.cache_control` of all tools, and so on.
    const changed = withMember(FULL, name.split("."), name === "messages.name" ? "x" : true);
    assert.notDeepEqual(changed, FULL, name);
    assert.deepEqual(withoutSearch(nativeOf(changed)), usual, name);
  }
});

/** The members of `web_search_options` are ignored; the object itself is not. */
function withoutSearch({ tools, toolConfig, ...rest }: JsonObject): JsonObject {
  assert.ok(Array.isArray(tools));
  const [first] = tools;
  return {
    ...rest,
    tools: [first],
    ...(tools.length === 1 && toolConfig !== undefined ? { toolConfig } : {}),
  };
}

Deno.test("A field that is refused is named; its absence as null is none", () => {
  for (const name of rulesOf("refused")) {
    const field = refusedField(withMember(FULL, name.split("."), {}));
    assert.equal(field?.replace(/\[\d+\]/g, ""), name);
    assert.deepEqual(nativeOf(withMember(FULL, name.split("."), null)), nativeOf(FULL));
  }
});

Deno.test("A field that nobody knows is refused by its name", () => {
  assert.equal(refusedField({ ...FULL, temperatur: 1 }), "temperatur");
  assert.equal(refusedField({ messages: [{ role: "user", content: "a", x: 1 }] }), "messages[0].x");
  assert.equal(refusedField({ stream_options: { usage: true } }), "stream_options.usage");
});
