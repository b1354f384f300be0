/** Texts that are cut to a length in bytes. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { cutText } from "../../../src/base/text/cut_text.ts";

const encoder = new TextEncoder();

Deno.test("cutText() gives the longest beginning of whole characters that fits", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 200 });
  fc.assert(fc.property(text, fc.nat(200), (text, most) => {
    const characters = [...text];
    let expected = "";
    for (const character of characters) {
      if (encoder.encode(expected + character).length > most) break;
      expected += character;
    }
    assert.equal(cutText(text, most), expected);
  }));
});

Deno.test("cutText() stays right when it is called often", () => {
  for (let i = 0; i < 20_000; i++) assert.equal(cutText("ü".repeat(62), 123).length, 61);
});
