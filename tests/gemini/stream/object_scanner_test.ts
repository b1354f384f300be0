/** The end of a JSON object in a text that comes in pieces. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ObjectScanner } from "../../../src/gemini/stream/object_scanner.ts";

const encoder = new TextEncoder();

Deno.test("ObjectScanner finds the end of the first object, whatever it holds and follows", () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('"', "\\", '\\"', "}", "{", '"}'));
  const object = fc.dictionary(text, fc.oneof(text, fc.jsonValue()));
  const before = fc.constantFrom("", "[", " [\n");
  fc.assert(
    fc.property(before, object, fc.constantFrom("", "]", ",{}]"), (before, object, after) => {
      const upToEnd = encoder.encode(before + JSON.stringify(object));
      const bytes = encoder.encode(before + JSON.stringify(object) + after);
      assert.equal(new ObjectScanner().scan(bytes), upToEnd.length);
      const scanner = new ObjectScanner();
      const ends = Array.from(upToEnd, (byte) => scanner.scan(Uint8Array.of(byte)));
      assert.deepEqual(ends, [...Array.from({ length: upToEnd.length - 1 }, () => undefined), 1]);
    }),
  );
});

Deno.test("ObjectScanner finds nothing where no object ends", () => {
  for (const text of ["", "[", "{", '{"a":{}', '{"}', '{"a":"\\"}']) {
    assert.equal(new ObjectScanner().scan(encoder.encode(text)), undefined, text);
  }
});
