import assert from "node:assert/strict";
import { isJsonObject } from "../../../src/base/json.ts";
import { nativeOf, read } from "./operations.ts";

const FUNCTION = { name: "f", input_schema: { type: "object" } };
const SEARCH = { type: "web_search_20250305", name: "web_search", max_uses: 8 };

Deno.test("Tools that Google runs are tools of their own", () => {
  const tools = [
    SEARCH,
    { type: "web_fetch_20250910", name: "web_fetch" },
    { type: "code_execution_20260120", name: "code_execution" },
  ];
  assert.deepEqual(nativeOf({ tools }).tools, [
    { googleSearch: {} },
    { urlContext: {} },
    { codeExecution: {} },
  ]);
});

Deno.test("The choice of a tool that Google runs is left to Google", () => {
  const native = nativeOf({ tools: [SEARCH], tool_choice: { type: "tool", name: "web_search" } });
  assert.deepEqual(native.tools, [{ googleSearch: {} }]);
  assert.equal(native.toolConfig, undefined);
});

Deno.test("Models before Gemini 3 get functions without Google's tools, and the client a warning", () => {
  const reading = read({ model: "gemini-2.5-flash", tools: [SEARCH, FUNCTION] });
  assert.deepEqual(reading.calls[0]?.body.tools, [{ functionDeclarations: [{ name: "f" }] }]);
  assert.match(reading.warning ?? "", /^[ -~]*googleSearch[ -~]*$/);
});

Deno.test("Gemini 3 gets Google's tools beside functions", () => {
  const reading = read({ model: "gemini-3-flash-preview", tools: [SEARCH, FUNCTION] });
  const { tools, toolConfig } = reading.calls[0]?.body ?? {};
  assert.deepEqual(tools, [{ functionDeclarations: [{ name: "f" }] }, { googleSearch: {} }]);
  assert.deepEqual(toolConfig, { includeServerSideToolInvocations: true });
  assert.equal("warning" in reading, false);
});

Deno.test("A limit of domains is not kept, with a warning", () => {
  const reading = read({ tools: [{ ...SEARCH, allowed_domains: ["a.example"] }] });
  assert.match(reading.warning ?? "", /^[ -~]*allowed_domains[ -~]*$/);
  assert.equal("warning" in read({ tools: [{ ...SEARCH, blocked_domains: null }] }), false);
});

Deno.test("Parallel calls cannot be ruled out, and a warning says so", () => {
  const tool_choice = { type: "auto", disable_parallel_tool_use: true };
  const reading = read({ tools: [FUNCTION], tool_choice });
  assert.match(reading.warning ?? "", /disable_parallel_tool_use/);
  const allowed = { type: "auto", disable_parallel_tool_use: false };
  assert.equal("warning" in read({ tools: [FUNCTION], tool_choice: allowed }), false);
});

Deno.test("Tools whose input Anthropic defines are declared with it", () => {
  const tools = [
    { type: "bash_20250124", name: "bash" },
    { type: "text_editor_20250728", name: "str_replace_based_edit_tool", max_characters: 9 },
    { type: "text_editor_20241022", name: "str_replace_editor" },
    { type: "memory_20250818", name: "memory" },
  ];
  const text = JSON.stringify(nativeOf({ tools }).tools);
  for (const { name } of tools) assert.match(text, new RegExp(`"name":"${name}"`));
  for (const word of ["restart", "insert_text", "undo_edit", "rename"]) {
    assert.match(text, new RegExp(`"${word}"`));
  }
});

Deno.test("Deferred tools are declared, and a search for tools is not needed", () => {
  const tools = [
    { ...FUNCTION, defer_loading: true },
    { type: "tool_search_tool_bm25_20251119", name: "tool_search_tool_bm25" },
  ];
  const reading = read({ tools });
  assert.deepEqual(reading.calls[0]?.body.tools, [{ functionDeclarations: [{ name: "f" }] }]);
  assert.equal("warning" in reading, false);
});

Deno.test("A message of the system adds and removes tools", () => {
  const change = (type: string, tool: unknown) => ({
    role: "system",
    content: [{ type, tool }],
  });
  const messages = [
    { role: "user", content: "a" },
    change("tool_addition", { type: "tool_reference", name: "f" }),
    change("tool_addition", {
      type: "tool_definition",
      definition: { name: "g", input_schema: { type: "object" } },
    }),
    change("tool_removal", { type: "tool_reference", name: "f" }),
  ];
  const { tools } = nativeOf({ messages, tools: [FUNCTION] });
  assert.deepEqual(tools, [{ functionDeclarations: [{ name: "g" }] }]);
});

Deno.test("A schema stays as it is, but for what Google refuses", () => {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: { a: { $ref: "#/$defs/A" }, b: true },
    required: ["a"],
    additionalProperties: false,
    $defs: { A: { type: ["string", "null"], enum: ["x", null] } },
  };
  const { tools } = nativeOf({
    tools: [{ ...FUNCTION, input_schema: schema, strict: true, cache_control: null }],
  });
  const { $schema: _, ...rest } = schema;
  assert.deepEqual(tools, [{
    functionDeclarations: [{
      name: "f",
      parametersJsonSchema: { ...rest, properties: { ...schema.properties, b: {} } },
    }],
  }]);
  assert.ok(isJsonObject(schema));
});
