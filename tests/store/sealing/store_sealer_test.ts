import assert from "node:assert/strict";
import { newSealKey } from "../../../src/store/sealing/seal_key.ts";
import { sealerOf } from "../../../src/store/sealing/store_sealer.ts";
import { memoryStore } from "../../support/memory_database.ts";

Deno.test("Sealer opens what it sealed, for the same purpose only", async () => {
  using store = await memoryStore();
  const sealer = sealerOf(store.sealing);
  const sealed = await sealer.seal("ünlimited", "upload");
  assert.match(sealed, /^[\w.-]+$/);
  assert.ok(!sealed.includes("nlimited"));
  assert.equal(await sealer.open(sealed, "upload"), "ünlimited");
  assert.equal(await sealer.open(sealed, "page"), undefined);
});

Deno.test("Sealer opens no secret of a row, and no row opens what it sealed", async () => {
  using store = await memoryStore();
  const sealer = sealerOf(store.sealing);
  assert.equal(
    await sealer.open(await store.sealing.seal("secret", "upload"), "upload"),
    undefined,
  );
  const sealed = await sealer.seal("text", "upload");
  assert.equal(await store.sealing.open(sealed, "upload"), undefined);
});

Deno.test("Sealer opens nothing of another store, nothing changed and nothing made up", async () => {
  using store = await memoryStore();
  using other = await memoryStore();
  const sealer = sealerOf(store.sealing);
  const sealed = await sealer.seal("text", "upload");
  assert.equal(await sealerOf(other.sealing).open(sealed, "upload"), undefined);
  for (const text of ["", "v2", `${sealed}A`, sealed.slice(0, -4), sealed.replace("v2.", "v3.")]) {
    assert.equal(await sealer.open(text, "upload"), undefined, text);
  }
});

Deno.test("Sealer opens texts under both keys while the key is changed, and then under the new one", async () => {
  using store = await memoryStore();
  const sealer = sealerOf(store.sealing);
  const former = await sealer.seal("former", "upload");
  await store.sealing.beginChange(newSealKey());
  const later = await sealer.seal("later", "upload");
  assert.equal(await sealer.open(former, "upload"), "former");
  assert.equal(await sealer.open(later, "upload"), "later");
  await store.sealing.finishChange();
  assert.equal(await sealer.open(former, "upload"), undefined);
  assert.equal(await sealer.open(later, "upload"), "later");
});

Deno.test("Sealer opens nothing, and does not fail, while the store does not respond", async () => {
  const store = await memoryStore();
  using other = await memoryStore();
  const sealer = sealerOf(store.sealing);
  const mine = await sealer.seal("mine", "upload");
  const foreign = await sealerOf(other.sealing).seal("foreign", "upload");
  store.database.close();
  assert.equal(await sealer.open(foreign, "upload"), undefined);
  assert.equal(await sealer.open(mine, "upload"), "mine");
});
