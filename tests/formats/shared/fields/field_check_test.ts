import assert from "node:assert/strict";
import type { FieldRule } from "../../../../src/formats/field_rule.ts";
import { checkFields, fieldTable } from "../../../../src/formats/shared/fields/field_check.ts";
import { fieldOf } from "../../../../src/formats/shared/fields/invalid_field.ts";
import type { JsonObject } from "../../../../src/base/json.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { assertLinear } from "../../../support/assert_linear.ts";

const RULES: readonly FieldRule[] = [
  { name: "a", treatment: "mapped", note: "goes there" },
  { name: "b", treatment: "refused", note: "Gemini has none" },
  { name: "c.d", treatment: "ignored", note: "no effect" },
  { name: "c.e", treatment: "refused", note: "not that" },
];

function fieldRefused(body: JsonObject, path = ""): string | undefined {
  try {
    checkFields(body, RULES, { path });
  } catch (error) {
    assert.ok(error instanceof RpcError);
    assert.equal(error.status, "INVALID_ARGUMENT");
    return fieldOf(error);
  }
  return undefined;
}

Deno.test("checkFields() takes fields with a rule, whatever they hold", () => {
  assert.equal(fieldRefused({ a: { x: [1] }, c: { d: 1 } }), undefined);
  assert.equal(fieldRefused({ c: "text" }), undefined);
  assert.equal(fieldRefused({ c: [{ d: 1 }, 2, null] }), undefined);
  assert.equal(fieldRefused({}), undefined);
});

Deno.test("checkFields() takes a refused field that is null", () => {
  assert.equal(fieldRefused({ b: null, c: { e: null } }), undefined);
});

Deno.test("checkFields() names the field that is unknown or refused", () => {
  assert.equal(fieldRefused({ a: 1, x: null }), "x");
  assert.equal(fieldRefused({ b: 0 }), "b");
  assert.equal(fieldRefused({ c: { d: 1, x: 1 } }), "c.x");
  assert.equal(fieldRefused({ c: [{ d: 1 }, { e: 1 }] }), "c[1].e");
  assert.equal(fieldRefused({ b: 1 }, "input[3]"), "input[3].b");
  assert.equal(fieldRefused(JSON.parse('{"__proto__": 1}')), "__proto__");
});

Deno.test("checkFields() says why a field is refused", () => {
  assert.throws(() => checkFields({ b: 1 }, RULES), /"b".*Gemini has none/);
});

Deno.test("checkFields() takes linear time", () => {
  assertLinear({
    make: (n) => Array.from({ length: n }, () => ({ d: 1 })),
    work: (c) => checkFields({ c }, RULES),
    from: 10_000,
  });
});

Deno.test("fieldTable() has a row for each rule", () => {
  const lines = fieldTable(RULES).split("\n");
  assert.equal(lines.length, 2 + RULES.length);
  assert.equal(lines[3], "| `b` | refused | Gemini has none |");
});
