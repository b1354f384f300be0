/** Which values are objects, and the two spellings of a field. @module */
import assert from "node:assert/strict";
import { field, isJsonObject } from "../../src/gemini/json_object.ts";

Deno.test("isJsonObject() tells objects from everything else that JSON has", () => {
  for (const value of [{}, { a: 1 }]) assert.equal(isJsonObject(value), true);
  for (const value of [null, undefined, [], [{}], "{}", 0, true]) {
    assert.equal(isJsonObject(value), false, JSON.stringify(value));
  }
});

Deno.test("field() finds a field under both spellings", () => {
  const value = { text: "x" };
  assert.equal(field({ systemInstruction: value }, "systemInstruction"), value);
  assert.equal(field({ system_instruction: value }, "systemInstruction"), value);
  assert.equal(field({ generate_content_request: value }, "generateContentRequest"), value);
  assert.equal(field({ contents: value }, "contents"), value);
  assert.equal(field({}, "systemInstruction"), undefined);
});

Deno.test("field() prefers camelCase, even when it is null", () => {
  assert.equal(field({ toolConfig: 1, tool_config: 2 }, "toolConfig"), 1);
  assert.equal(field({ toolConfig: null, tool_config: 2 }, "toolConfig"), null);
});
