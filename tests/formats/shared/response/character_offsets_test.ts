import assert from "node:assert/strict";
import fc from "fast-check";
import { utf8Bytes } from "../../../../src/base/text/text.ts";
import { CharacterOffsets } from "../../../../src/formats/shared/response/character_offsets.ts";
import { assertLinear } from "../../../support/assert_linear.ts";

Deno.test("CharacterOffsets finds the character at any byte", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => {
    const offsets = new CharacterOffsets();
    for (const text of texts) offsets.add(text);
    const characters = [...texts.join("")];
    let byte = 0;
    for (const [index, character] of characters.entries()) {
      assert.equal(offsets.at(byte), index);
      byte += utf8Bytes(character).length;
    }
    assert.equal(offsets.at(byte), characters.length);
    assert.equal(offsets.at(byte + 1), undefined);
    assert.equal(offsets.bytes, byte);
    assert.equal(offsets.characters, characters.length);
  }));
});

Deno.test("CharacterOffsets gives up on a text of too many widths, and stays small", () => {
  const offsets = new CharacterOffsets();
  offsets.add("aä".repeat(30_000));
  assert.equal(offsets.at(4), undefined);
  assert.equal(offsets.characters, 60_000);
});

Deno.test("CharacterOffsets takes linear time", () => {
  assertLinear({
    make: (n) => "aä".repeat(n),
    work: (text) => new CharacterOffsets().add(text),
    from: 10_000,
  });
});
