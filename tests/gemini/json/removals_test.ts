/** What goes with a member or an item that is taken out, and what stays. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { JsonScanner } from "../../../src/gemini/json/json_scanner.ts";
import { KEEP, listShape, objectShape } from "../../../src/gemini/json/json_shape.ts";
import { withEdits } from "../../../src/gemini/json/json_edit.ts";
import { removals } from "../../../src/gemini/json/removals.ts";
import { assertLinear } from "../../support/assert_linear.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const SHAPE = objectShape({ id: KEEP, list: listShape({}) });

function withoutMember(bytes: Uint8Array): Uint8Array {
  const scanner = new JsonScanner(bytes, { shape: SHAPE });
  scanner.scan();
  const ids = scanner.root().members.filter(({ name }) => name === "id");
  return withEdits(bytes, removals(ids));
}

function without(json: string): string {
  return decoder.decode(withoutMember(encoder.encode(json)));
}

Deno.test("removals() take a member out with one comma, wherever it stands", () => {
  const cases: readonly (readonly [string, string])[] = [
    [`{"id":"s"}`, "{}"],
    [`{"id":"s","a":1}`, `{"a":1}`],
    [`{"a":1,"id":"s"}`, `{"a":1}`],
    [`{"a":1,"id":{"id":[1,"}"]},"b":2}`, `{"a":1,"b":2}`],
    [` { "id" : "s" , "a" : 1.0 } `, ` {  "a" : 1.0 } `],
    [` { "a" : 1.0 ,\n"id" : "s" } `, ` { "a" : 1.0  } `],
    [`{"id":1,"id":2,"a":3,"id":4}`, `{"a":3}`],
    [`{"\\u0069d":"s","a":12345678901234567890}`, `{"a":12345678901234567890}`],
    [`{"a\\\\":1,"id":2}`, `{"a\\\\":1}`],
  ];
  for (const [json, rest] of cases) assert.equal(without(json), rest, json);
});

Deno.test("removals() leave what a parser would read of the others", () => {
  const name = fc.oneof(fc.constant("id"), fc.string({ unit: "grapheme", maxLength: 5 }));
  const object = fc.dictionary(name, fc.jsonValue(), { maxKeys: 6 });
  fc.assert(fc.property(object, fc.constantFrom(undefined, 2), (object, space) => {
    const json = JSON.stringify(object, undefined, space);
    const { id: _, ...others } = JSON.parse(json);
    assert.deepEqual(JSON.parse(without(json)), others);
  }));
});

Deno.test("removals() take items out of a list with one comma each, whichever they are", () => {
  const values = fc.array(fc.tuple(fc.jsonValue(), fc.boolean()), { maxLength: 6 });
  fc.assert(fc.property(values, fc.constantFrom(undefined, 2), (values, space) => {
    const bytes = encoder.encode(
      JSON.stringify({ list: values.map(([value]) => value) }, null, space),
    );
    const scanner = new JsonScanner(bytes, { shape: SHAPE });
    scanner.scan();
    const items = scanner.root().get("list")?.list ?? [];
    const gone = items.filter((_, nth) => values[nth]?.[1]);
    const { list } = JSON.parse(decoder.decode(withEdits(bytes, removals(gone))));
    const left = values.filter(([, isGone]) => !isGone).map(([value]) => value);
    assert.deepEqual(list, JSON.parse(JSON.stringify(left)));
  }));
});

Deno.test("removals() take a time that grows with the text's length", () => {
  assertLinear({
    make: (n) => encoder.encode(`{${'"id":1,'.repeat(n)}"a":1}`),
    work: (bytes) => assert.equal(decoder.decode(withoutMember(bytes)), '{"a":1}'),
    from: 5000,
  });
  assertLinear({
    make: (n) => encoder.encode(`{"a":1${`,${" ".repeat(n)}"id":1`.repeat(20)}}`),
    work: withoutMember,
    from: 5000,
  });
});
