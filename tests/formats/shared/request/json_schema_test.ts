import assert from "node:assert/strict";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { nativeSchema } from "../../../../src/formats/shared/request/json_schema.ts";
import type { JsonObject } from "../../../../src/base/json.ts";

Deno.test("nativeSchema() leaves a schema as it is", () => {
  const schema = {
    type: "object",
    properties: {
      kind: { type: ["string", "null"], enum: ["a", ""], format: "x", default: true },
      list: { type: "array", items: { $ref: "#/$defs/item" }, minItems: 1 },
      other: { anyOf: [{ type: "integer", exclusiveMinimum: 0 }, { const: null }] },
    },
    required: ["kind"],
    additionalProperties: false,
    $defs: { item: { type: "object", additionalProperties: { type: "string" } } },
  };
  assert.deepEqual(nativeSchema(schema), schema);
});

Deno.test("nativeSchema() drops $schema and strict, and the schema true, at every level", () => {
  assert.deepEqual(
    nativeSchema({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      strict: true,
      type: "object",
      properties: { any: true, list: { items: true }, either: { oneOf: [true, { strict: true }] } },
    }),
    {
      type: "object",
      properties: { any: {}, list: { items: {} }, either: { oneOf: [{}, {}] } },
    },
  );
});

Deno.test("nativeSchema() keeps properties that have the names of keywords", () => {
  const schema = {
    properties: { strict: { type: "boolean" }, $schema: { type: "string" }, items: { type: "x" } },
    required: ["strict"],
    default: { strict: true },
    enum: [{ $schema: 1 }],
  };
  assert.deepEqual(nativeSchema(schema), schema);
});

Deno.test("nativeSchema() refuses a schema that is nested without end", () => {
  let schema: JsonObject = {};
  for (let level = 0; level < 10_000; level++) schema = { items: schema };
  assert.throws(
    () => nativeSchema(schema, "tools[0].function.parameters"),
    (error) => error instanceof RpcError && error.message.includes("tools[0]"),
  );
});
