import assert from "node:assert/strict";
import fc from "fast-check";
import {
  functionCallingConfig,
  functionDeclaration,
  FunctionNames,
} from "../../../../src/formats/shared/request/function_tools.ts";

Deno.test("FunctionNames leaves the names that Google takes", () => {
  const names = new FunctionNames();
  for (const name of ["f", "_x", "mcp__server.tool:do-it", "a".repeat(64)]) {
    assert.equal(names.toNative(name), name);
    assert.equal(names.toClient(name), name);
  }
});

Deno.test("FunctionNames replaces all other names, and puts them back", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.string({ minLength: 1, unit: "grapheme" })), (all) => {
    const names = new FunctionNames();
    const native = all.map((name) => names.toNative(name));
    assert.equal(new Set(native).size, all.length);
    for (const [index, name] of native.entries()) {
      assert.match(name, /^[a-zA-Z_][\w.:-]{0,63}$/);
      assert.equal(names.toClient(name), all[index]);
    }
  }));
});

Deno.test("FunctionNames replaces a name by the same one in every request", () => {
  const name = "1 get weather!".repeat(10);
  const native = new FunctionNames().toNative(name);
  assert.match(native, /^_1_get_weather_/);
  assert.equal(new FunctionNames().toNative(name), native);
});

Deno.test("functionDeclaration() leaves out what is empty", () => {
  assert.deepEqual(functionDeclaration({ name: "f" }), { name: "f" });
  const empty = { type: "object", properties: {}, required: [], additionalProperties: false };
  assert.deepEqual(functionDeclaration({ name: "f", description: "", schema: empty }), {
    name: "f",
  });
  const schema = { type: "object", properties: { a: { type: "string" } } };
  assert.deepEqual(functionDeclaration({ name: "f", description: "d", schema }), {
    name: "f",
    description: "d",
    parametersJsonSchema: schema,
  });
  const open = { type: "object", additionalProperties: { type: "string" } };
  assert.deepEqual(functionDeclaration({ name: "f", schema: open }), {
    name: "f",
    parametersJsonSchema: open,
  });
});

Deno.test("functionCallingConfig() has a mode for every choice", () => {
  assert.deepEqual(functionCallingConfig({ mode: "auto" }), { mode: "AUTO" });
  assert.deepEqual(functionCallingConfig({ mode: "none" }), { mode: "NONE" });
  assert.deepEqual(functionCallingConfig({ mode: "any", names: [] }), { mode: "ANY" });
  assert.deepEqual(functionCallingConfig({ mode: "any", names: ["f"] }), {
    mode: "ANY",
    allowedFunctionNames: ["f"],
  });
  assert.deepEqual(functionCallingConfig({ mode: "auto", names: ["f"] }), {
    mode: "VALIDATED",
    allowedFunctionNames: ["f"],
  });
});
