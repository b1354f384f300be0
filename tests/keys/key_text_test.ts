import assert from "node:assert/strict";
import { formOf, hintOf, keyDigest, newKeyText } from "../../src/keys/key_text.ts";
import { Redaction } from "../../src/gemini/redaction/redaction.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Deno.test("newKeyText() makes 256 random bits with a checksum, and no two alike", () => {
  const texts = Array.from({ length: 100 }, newKeyText);
  assert.equal(new Set(texts).size, 100);
  for (const text of texts) {
    assert.match(text, /^plx_[\w-]{49}$/);
    assert.equal(formOf(text), "key");
  }
});

Deno.test("formOf() tells a key with any one character wrong, missing, doubled or swapped from a key", () => {
  const text = newKeyText();
  for (let at = "plx_".length; at < text.length; at++) {
    const [before, own = "", after] = [text.slice(0, at), text[at], text.slice(at + 1)];
    for (const letter of LETTERS) {
      if (letter !== own) assert.equal(formOf(before + letter + after), "mistyped");
    }
    assert.equal(formOf(before + after), "mistyped");
    assert.equal(formOf(before + own + own + after), "mistyped");
    const next = after[0] ?? own;
    if (next !== own) assert.equal(formOf(before + next + own + after.slice(1)), "mistyped");
  }
  for (const wrong of ["plx_", `${text}\n`, ` ${text.slice(1)}x`, `plx_${"é".repeat(49)}`]) {
    assert.notEqual(formOf(wrong), "key", wrong);
  }
  for (const other of ["", "AIzaSyA", text.toUpperCase()]) assert.equal(formOf(other), "other");
});

Deno.test("A key's digest and hint do not contain it, and text that does is redacted", () => {
  const text = newKeyText();
  assert.match(keyDigest(text), /^[0-9a-f]{64}$/);
  assert.equal(hintOf(text), `plx_…${text.slice(-4)}`);
  const redaction = new Redaction();
  assert.equal(redaction.line(`key=${text}&x`), "key=***&x");
  // A key with a typing error is nearly the key.
  assert.equal(redaction.line(text.slice(0, -3)), "***");
  assert.equal(redaction.line(hintOf(text)), hintOf(text));
});
