import assert from "node:assert/strict";
import { REQUEST_FIELDS } from "../../../src/formats/anthropic/messages/request/request_fields.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import { fieldOf } from "../../../src/formats/shared/fields/invalid_field.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import {
  COUNT_TOKENS_OPERATION,
  MODEL,
  nativeOf,
  read,
  refusedField,
  requestWith,
  TestContext,
} from "./operations.ts";

const SCHEMA = { type: "object", properties: { a: { type: "string" } } };
const TOOLS = [{ name: "f", description: "d", input_schema: SCHEMA }];
const DECLARED = [{
  functionDeclarations: [{ name: "f", description: "d", parametersJsonSchema: SCHEMA }],
}];
const FLASH_25 = "gemini-2.5-flash";

function configOf(members: JsonObject): unknown {
  return nativeOf({ max_tokens: null, ...members }).generationConfig;
}

/** Each field, a value for it, and what it makes of the native request. */
const MAPPED: Readonly<Record<string, readonly [value: JsonObject, native: JsonObject]>> = {
  max_tokens: [{ max_tokens: 7 }, { generationConfig: { maxOutputTokens: 7 } }],
  stop_sequences: [
    { max_tokens: null, stop_sequences: ["a", "b"] },
    { generationConfig: { stopSequences: ["a", "b"] } },
  ],
  temperature: [
    { max_tokens: null, temperature: 0.5 },
    { generationConfig: { temperature: 0.5 } },
  ],
  top_p: [{ max_tokens: null, top_p: 0.9 }, { generationConfig: { topP: 0.9 } }],
  top_k: [{ max_tokens: null, top_k: 40 }, { generationConfig: { topK: 40 } }],
  "a text as system": [{ system: "be" }, { systemInstruction: { parts: [{ text: "be" }] } }],
  "blocks as system": [
    { system: [{ type: "text", text: "be" }, { type: "text", text: "good" }] },
    { systemInstruction: { parts: [{ text: "be" }, { text: "good" }] } },
  ],
  tools: [{ tools: TOOLS }, { tools: DECLARED }],
  "tool_choice auto": [
    { tools: TOOLS, tool_choice: { type: "auto", disable_parallel_tool_use: true } },
    { toolConfig: { functionCallingConfig: { mode: "AUTO" } } },
  ],
  "tool_choice any": [
    { tools: TOOLS, tool_choice: { type: "any" } },
    { toolConfig: { functionCallingConfig: { mode: "ANY" } } },
  ],
  "tool_choice none": [
    { tools: TOOLS, tool_choice: { type: "none" } },
    { toolConfig: { functionCallingConfig: { mode: "NONE" } } },
  ],
  "a budget before Gemini 3": [
    { max_tokens: null, model: FLASH_25, thinking: { type: "enabled", budget_tokens: 2000 } },
    { generationConfig: { thinkingConfig: { thinkingBudget: 2000, includeThoughts: true } } },
  ],
  "thinking without an amount": [
    { max_tokens: null, thinking: { type: "adaptive" } },
    { generationConfig: { thinkingConfig: { includeThoughts: true } } },
  ],
  "thinking with an effort": [
    { max_tokens: null, thinking: { type: "adaptive" }, output_config: { effort: "low" } },
    { generationConfig: { thinkingConfig: { thinkingLevel: "LOW", includeThoughts: true } } },
  ],
  "a budget beside an effort": [
    {
      max_tokens: null,
      model: FLASH_25,
      thinking: { type: "enabled", budget_tokens: 2000 },
      output_config: { effort: "low" },
    },
    { generationConfig: { thinkingConfig: { thinkingBudget: 2000, includeThoughts: true } } },
  ],
  "thinking that is not shown": [
    {
      max_tokens: null,
      thinking: { type: "adaptive", display: "omitted" },
      output_config: { effort: "high" },
    },
    { generationConfig: { thinkingConfig: { thinkingLevel: "HIGH" } } },
  ],
  "no thinking before Gemini 3": [
    { max_tokens: null, model: FLASH_25, thinking: { type: "disabled" } },
    { generationConfig: { thinkingConfig: { thinkingBudget: 0, includeThoughts: false } } },
  ],
  "an effort alone": [
    { max_tokens: null, output_config: { effort: "medium" } },
    { generationConfig: { thinkingConfig: { thinkingLevel: "MEDIUM" } } },
  ],
  "output_config.format": [
    { max_tokens: null, output_config: { format: { type: "json_schema", schema: SCHEMA } } },
    { generationConfig: { responseMimeType: "application/json", responseJsonSchema: SCHEMA } },
  ],
  output_format: [
    { max_tokens: null, output_format: { type: "json_schema", schema: SCHEMA } },
    { generationConfig: { responseMimeType: "application/json", responseJsonSchema: SCHEMA } },
  ],
};

for (const [name, [members, expected]] of Object.entries(MAPPED)) {
  Deno.test(`Messages map ${name}`, () => {
    const native = nativeOf(members);
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(native[field], value);
  });
}

Deno.test("A request says which method it calls, and which model", () => {
  const context = new TestContext();
  context.resolveModel = (name) => `gemini-for-${name}`;
  const [whole] = read({ model: "claude" }, context).calls;
  assert.equal(whole?.method, "generateContent");
  assert.equal(whole?.model, "gemini-for-claude");
  const [stream] = read({ model: "claude", stream: true }, context).calls;
  assert.equal(stream?.method, "streamGenerateContent");
});

Deno.test("A limit beyond what the model writes is lowered", () => {
  // Claude Code's own limit for its largest models, which Vertex AI refuses.
  assert.deepEqual(configOf({ max_tokens: 128_000 }), { maxOutputTokens: 65_535 });
  const older = { model: "gemini-2.0-flash", max_tokens: 128_000 };
  assert.deepEqual(configOf(older), { maxOutputTokens: 8192 });
  assert.deepEqual(configOf({ model: "gemma-3", max_tokens: 128_000 }), {
    maxOutputTokens: 128_000,
  });
});

Deno.test("metadata.user_id is the conversation", () => {
  const { session } = read({ metadata: { user_id: "user_1_session_2" } });
  assert.equal(session, "user_1_session_2");
  assert.equal("session" in read({ metadata: {} }), false);
});

/** A value for each field without effect. */
const IGNORED: Readonly<Record<string, JsonObject>> = {
  "tool_choice.disable_parallel_tool_use": {
    tool_choice: { type: "auto", disable_parallel_tool_use: true },
  },
  "thinking.block_binding": {
    thinking: { type: "adaptive", display: "omitted", block_binding: {} },
  },
  "output_config.task_budget": { output_config: { task_budget: { type: "tokens", total: 9 } } },
  cache_control: { cache_control: { type: "ephemeral", ttl: "1h" } },
  context_management: {
    context_management: { edits: [{ type: "clear_thinking_20251015", keep: "all" }] },
  },
  service_tier: { service_tier: "auto" },
  speed: { speed: "fast" },
  diagnostics: { diagnostics: { previous_message_id: null } },
  fallbacks: { fallbacks: "default" },
  fallback_credit_token: { fallback_credit_token: "t" },
  billing_policy: { billing_policy: { type: "billing_policy" } },
  anthropic_version: { anthropic_version: "vertex-2023-10-16" },
  anthropic_beta: { anthropic_beta: ["a"] },
};

/** A value for each refused field. */
const REFUSED: Readonly<Record<string, JsonObject>> = {
  container: { container: "container_1" },
  mcp_servers: { mcp_servers: [{ type: "url", name: "a", url: "https://a.example/" }] },
  compaction: { compaction: { type: "summarize" } },
  thread: { thread: { type: "create" } },
};

Deno.test("Every field without effect has none", async (t) => {
  const names = REQUEST_FIELDS.filter(({ treatment }) => treatment === "ignored");
  assert.deepEqual(names.map(({ name }) => name).sort(), Object.keys(IGNORED).sort());
  for (const [name, members] of Object.entries(IGNORED)) {
    await t.step(name, () => assert.deepEqual(nativeOf(members), nativeOf()));
  }
});

Deno.test("Every refused field is named", async (t) => {
  const names = REQUEST_FIELDS.filter(({ treatment }) => treatment === "refused");
  assert.deepEqual(names.map(({ name }) => name).sort(), Object.keys(REFUSED).sort());
  for (const [name, members] of Object.entries(REFUSED)) {
    await t.step(name, () => {
      assert.equal(refusedField(members), name);
      assert.deepEqual(nativeOf({ [name]: null }), nativeOf());
      assert.deepEqual(nativeOf({ [name]: [] }), nativeOf());
    });
  }
});

Deno.test("A region is refused, but for the whole world", () => {
  assert.equal(refusedField({ inference_geo: "us" }), "inference_geo");
  assert.deepEqual(nativeOf({ inference_geo: "global" }), nativeOf());
});

Deno.test("A malformed field is refused by its name", async (t) => {
  const malformed: Readonly<Record<string, JsonObject>> = {
    model: { model: 1 },
    max_tokens: { max_tokens: "many" },
    temperature: { temperature: "hot" },
    top_k: { top_k: 1.5 },
    "stop_sequences[0]": { stop_sequences: [1] },
    stream: { stream: "yes" },
    unknown: { unknown: 1 },
    messages: { messages: [] },
    "messages[0]": { messages: ["a"] },
    "messages[0].role": { messages: [{ role: "tool", content: "a" }] },
    "messages[0].content": { messages: [{ role: "user", content: 1 }] },
    "messages[0].name": { messages: [{ role: "user", content: "a", name: "b" }] },
    "messages[0].content[0].type": { messages: [{ role: "user", content: [{ type: "new" }] }] },
    "messages[0].content[0].text": { messages: [{ role: "user", content: [{ type: "text" }] }] },
    "messages[0].content[0].style": {
      messages: [{ role: "user", content: [{ type: "text", text: "a", style: "bold" }] }],
    },
    "system[0].type": { system: [{ type: "image" }] },
    "thinking.type": { thinking: { type: "deep" } },
    "thinking.budget_tokens": { thinking: { type: "enabled", budget_tokens: "many" } },
    "output_config.effort": { output_config: { effort: "utmost" } },
    "output_format.type": { output_format: { type: "xml" } },
    "tools[0].name": { tools: [{ input_schema: {} }] },
    "tools[0].input_schema": { tools: [{ name: "f" }] },
    "tools[0].type": { tools: [{ type: "computer_20250124", name: "computer" }] },
    "tools[0].colour": { tools: [{ ...TOOLS[0], colour: "red" }] },
    "tool_choice.type": { tools: TOOLS, tool_choice: { type: "maybe" } },
    "tool_choice.name": { tools: TOOLS, tool_choice: { type: "tool", name: "g" } },
    "metadata.user": { metadata: { user: "a" } },
  };
  for (const [name, members] of Object.entries(malformed)) {
    await t.step(name, () => assert.equal(refusedField(members), name));
  }
});

Deno.test("count_tokens takes the same fields but those of generation", () => {
  const { max_tokens: _, ...body } = requestWith({ tools: TOOLS, thinking: { type: "adaptive" } });
  const { calls } = COUNT_TOKENS_OPERATION.read(body, new TestContext());
  assert.deepEqual(calls[0]?.body, {
    generateContentRequest: {
      model: `models/${MODEL}`,
      contents: [{ role: "user", parts: [{ text: "hello" }] }],
      tools: DECLARED,
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    },
  });
  assert.throws(
    () => COUNT_TOKENS_OPERATION.read({ ...body, stream: true }, new TestContext()),
    (error) => error instanceof RpcError && fieldOf(error) === "stream",
  );
  COUNT_TOKENS_OPERATION.read({ ...body, compaction: {} }, new TestContext());
});

Deno.test("Sampling and limits that are absent are left to Google", () => {
  assert.equal(configOf({}), undefined);
  assert.equal(configOf({ temperature: null, stop_sequences: [] }), undefined);
});
