import assert from "node:assert/strict";
import fc from "fast-check";
import { withoutMember } from "../../src/gemini/without_member.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function without(json: string, name = "id"): string {
  return decoder.decode(withoutMember(encoder.encode(json), name));
}

Deno.test("withoutMember() takes a member out with one comma, wherever it stands", () => {
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

Deno.test("withoutMember() gives the very same bytes where there is no such member", () => {
  const json = encoder.encode(`{"a":{"id":1},"b":"id"}`);
  assert.equal(withoutMember(json, "id"), json);
});

Deno.test("withoutMember() leaves what a parser would read of the others", () => {
  const name = fc.oneof(fc.constant("id"), fc.string({ unit: "grapheme", maxLength: 5 }));
  const object = fc.dictionary(name, fc.jsonValue(), { maxKeys: 6 });
  fc.assert(fc.property(object, fc.constantFrom(undefined, 2), (object, space) => {
    const json = JSON.stringify(object, undefined, space);
    const { id: _, ...others } = JSON.parse(json);
    assert.deepEqual(JSON.parse(without(json)), others);
  }));
});
