import assert from "node:assert/strict";
import fc from "fast-check";
import { oneLine } from "../../../src/base/text/one_line.ts";

Deno.test("oneLine() leaves plain words alone and makes one space of line breaks and tabs", () => {
  assert.equal(oneLine("Grüße, 日本 🎉"), "Grüße, 日本 🎉");
  assert.equal(oneLine(" one\r\n\ttwo\u2028three\u0085four "), "one two three four");
});

Deno.test("oneLine() leaves no control character, no half of one, and no more than a line holds", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
    const line = oneLine(text);
    assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u);
    assert.ok(line.isWellFormed());
    assert.ok(line.length <= 160);
  }));
  assert.equal(oneLine("x".repeat(161)), `${"x".repeat(159)}…`);
});
