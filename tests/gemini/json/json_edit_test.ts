/** Changes to a few places of a text. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { withEdits } from "../../../src/gemini/json/json_edit.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

Deno.test("withEdits() inserts, replaces and removes, and leaves the rest", () => {
  const bytes = encoder.encode('{"a":1,"b":"ü"}');
  const edited = withEdits(bytes, [
    { at: 1, remove: 0, insert: '"z":"é",' },
    { at: 5, remove: 1, insert: "22" },
    { at: 6, remove: 9, insert: "" },
  ]);
  assert.equal(decoder.decode(edited), '{"z":"é","a":22}');
  assert.equal(decoder.decode(bytes), '{"a":1,"b":"ü"}');
  assert.deepEqual(withEdits(bytes, []), bytes);
});

Deno.test("withEdits() does what edits one by one from the end would do", () => {
  const gaps = fc.array(fc.tuple(fc.nat(5), fc.nat(3), fc.string({ unit: "grapheme-ascii" })));
  fc.assert(fc.property(fc.string({ unit: "grapheme-ascii" }), gaps, (text, gaps) => {
    let at = 0;
    const edits = gaps.map(([gap, remove, insert]) => {
      const edit = { at: at + gap, remove, insert };
      at = edit.at + remove;
      return edit;
    }).filter((edit) => edit.at + edit.remove <= text.length);
    const expected = edits.toReversed().reduce(
      (so, { at, remove, insert }) => so.slice(0, at) + insert + so.slice(at + remove),
      text,
    );
    assert.equal(decoder.decode(withEdits(encoder.encode(text), edits)), expected);
  }));
});
