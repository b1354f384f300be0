import assert from "node:assert/strict";
import { keyIdOf, Seal } from "../../../src/store/sealing/seal.ts";

function newKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

Deno.test("Seal.open() gives back what was sealed for the same row", async () => {
  const seal = await Seal.fromKey(newKey());
  const sealed = await seal.seal("schlüssel 🔑", "row");
  assert.match(sealed, /^v2\.[0-9a-f]{16}\.[\w-]{16}\.[\w-]+$/);
  assert.ok(!sealed.includes("schl"));
  assert.equal(await seal.open(sealed, "row"), "schlüssel 🔑");
});

Deno.test("Seal.seal() never uses a nonce twice", async () => {
  const seal = await Seal.fromKey(newKey());
  const sealed = await Promise.all(Array.from({ length: 100 }, () => seal.seal("same", "row")));
  assert.equal(new Set(sealed.map((text) => text.split(".")[2])).size, 100);
});

Deno.test("Seal.open() gives nothing for another row, another key, or a changed text", async () => {
  const seal = await Seal.fromKey(newKey());
  const other = await Seal.fromKey(newKey());
  const sealed = await seal.seal("secret", "row");
  const [version, keyId, nonce, ciphertext = ""] = sealed.split(".");
  const flipped = (ciphertext.startsWith("A") ? "B" : "A") + ciphertext.slice(1);
  assert.equal(await seal.open(sealed, "another row"), undefined);
  assert.equal(await other.open(sealed, "row"), undefined);
  assert.equal(await seal.open(`${version}.${keyId}.${nonce}.${flipped}`, "row"), undefined);
  const rest = `${keyId}.${nonce}.${ciphertext}`;
  assert.equal(sealed, `v2.${rest}`);
  for (
    const text of [
      ...["", "v2", `v2.${keyId}`, `v2.${keyId}.!.!`, `v1.${nonce}.${ciphertext}`, `v3.${rest}`],
      ...[`${sealed}.x`, `v2.${other.keyId}.${nonce}.${ciphertext}`],
    ]
  ) assert.equal(await seal.open(text, "row"), undefined, text);
});

Deno.test("Seal.keyId names one key, and every text that was sealed under it", async () => {
  const bytes = newKey();
  const [seal, same, other] = await Promise.all([bytes, bytes, newKey()].map(Seal.fromKey));
  assert.ok(seal !== undefined && same !== undefined && other !== undefined);
  assert.equal(seal.keyId, same.keyId);
  assert.notEqual(seal.keyId, other.keyId);
  assert.equal(keyIdOf(await seal.seal("text", "row")), seal.keyId);
  assert.equal(await same.open(await seal.seal("text", "row"), "row"), "text");
  for (const text of ["", "text", "v1.a.b"]) assert.equal(keyIdOf(text), undefined, text);
});
