import assert from "node:assert/strict";
import fc from "fast-check";
import { packKey, unpackKey } from "../../../src/store/database/kv_key.ts";
import { StoreError } from "../../../src/store/store_error.ts";

Deno.test("packKey() puts each part between 2 and 0, and a 0 within it as 0 and 255", () => {
  assert.equal(packKey(["hello"]).toHex(), "0268656c6c6f00");
  assert.equal(packKey(["a\0b", "", "é"]).toHex(), "026100ff6200" + "0200" + "02c3a900");
});

Deno.test("unpackKey() gives the key that packKey() was given", () => {
  const part = fc.string({ unit: "grapheme" }).map((text) => text.toWellFormed());
  fc.assert(fc.property(fc.array(fc.oneof(part, fc.constant("\0"))), (key) => {
    assert.deepEqual(unpackKey(packKey(key)), key);
  }));
});

Deno.test("packKey() orders keys part by part", () => {
  const keys = [["a"], ["a", ""], ["a", "\0"], ["a", "a"], ["a\0"], ["aa"], ["b"]];
  const packed = keys.map((key) => packKey(key).toHex());
  assert.deepEqual(packed.toSorted(), packed);
});

Deno.test("Keys with parts that are no text are refused both ways", () => {
  assert.throws(() => packKey(["a", 1]), TypeError);
  assert.throws(() => unpackKey(Uint8Array.fromHex("0101020000")), StoreError);
});
