import assert from "node:assert/strict";
import { Seal } from "../../src/store/seal.ts";

function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

Deno.test("Seal.open() gives back what was sealed for the same row", async () => {
  const seal = await Seal.fromKey(newKey());
  const sealed = await seal.seal("schlüssel 🔑", "row");
  assert.match(sealed, /^v1\.[\w-]{16}\.[\w-]+$/);
  assert.ok(!sealed.includes("schl"));
  assert.equal(await seal.open(sealed, "row"), "schlüssel 🔑");
});

Deno.test("Seal.seal() never uses a nonce twice", async () => {
  const seal = await Seal.fromKey(newKey());
  const sealed = await Promise.all(Array.from({ length: 100 }, () => seal.seal("same", "row")));
  assert.equal(new Set(sealed.map((text) => text.split(".")[1])).size, 100);
});

Deno.test("Seal.open() gives nothing for another row, another key, or a changed text", async () => {
  const seal = await Seal.fromKey(newKey());
  const other = await Seal.fromKey(newKey());
  const sealed = await seal.seal("secret", "row");
  const [version, nonce, ciphertext = ""] = sealed.split(".");
  const flipped = (ciphertext.startsWith("A") ? "B" : "A") + ciphertext.slice(1);
  assert.equal(await seal.open(sealed, "another row"), undefined);
  assert.equal(await other.open(sealed, "row"), undefined);
  assert.equal(await seal.open(`${version}.${nonce}.${flipped}`, "row"), undefined);
  for (const text of ["", "v1", "v1.x", "v1.!.!", `v2.${nonce}.${ciphertext}`, `${sealed}.x`]) {
    assert.equal(await seal.open(text, "row"), undefined, text);
  }
});
