/** Sealed values of kept state under a changed key. @module */
import assert from "node:assert/strict";
import { isJsonObject } from "../../../src/base/json.ts";
import type { KeptKind } from "../../../src/base/stored/kept.ts";
import { StoreKeeper } from "../../../src/store/kept.ts";
import { resealValues } from "../../../src/store/kept/sealed_value.ts";
import { keyIdOf } from "../../../src/store/sealing/seal.ts";
import { newSealKey } from "../../../src/store/sealing/seal_key.ts";
import { Sealing } from "../../../src/store/sealing/sealing.ts";
import { readKept, writeKept } from "../../support/kept.ts";
import { memoryStore } from "../../support/memory_database.ts";

const HOUR_MS = 3_600_000;

/** Texts that last for an hour, but for those that last for ever. */
const SECRETS: KeptKind<string> = {
  name: "test_secret",
  label: "secrets",
  ifUnread: "they are missing",
  leftMs: (text) => text.startsWith("for ever") ? Infinity : HOUR_MS,
  encode: (text) => text,
  decode: (stored) => typeof stored === "string" ? stored : undefined,
  isSealed: true,
};

const ROWS = [
  { key: ["a"], value: "an hour" },
  { key: ["b"], value: "for ever ".repeat(20_000) },
];

Deno.test("resealValues() seals under the new key, and lets each row end when it was to end", async () => {
  using store = await memoryStore();
  const { database, sealing } = store;
  await writeKept(store, SECRETS, [...ROWS, { key: ["damaged"], value: "x" }]);
  const [, , damaged = assert.fail()] = await database.list(["v1", "sealed"]);
  // Sealed for another row.
  const [first = assert.fail()] = await database.list(["v1", "sealed"]);
  await database.commit((transaction) =>
    transaction.set(damaged.key, new TextEncoder().encode(JSON.stringify(first.value)))
  );
  const expiries: (number | undefined)[] = [];
  const { commit } = database;
  database.commit = (prepare) =>
    commit.call(database, (transaction) => {
      prepare(transaction);
      for (const mutation of transaction.mutations) {
        if (mutation.type === "set" && mutation.key[1] !== "sealing") {
          expiries.push(mutation.expireIn);
        }
      }
    });
  await sealing.beginChange(newSealKey());
  const nowMs = Date.now();
  await resealValues(database, sealing, nowMs + HOUR_MS / 2);
  assert.ok(Math.abs((expiries[0] ?? 0) - HOUR_MS / 2) < HOUR_MS / 4, String(expiries[0]));
  assert.deepEqual(expiries.slice(1), Array(expiries.length - 1).fill(undefined));
  const { length } = expiries;
  await resealValues(database, sealing, nowMs);
  assert.equal(expiries.length, length, "Nothing was left to do");
  await sealing.finishChange();
  assert.deepEqual(await readKept(store, SECRETS), ROWS);
  const [again = assert.fail()] = await database.list(["v1", "sealed"]);
  assert.ok(Array.isArray(again.value) && isJsonObject(again.value[0]));
  assert.equal(keyIdOf(String(again.value[0]["sealed"])), sealing.keyId);
});

Deno.test("A sealed row is written under the new key by a process that holds the former one", async () => {
  using store = await memoryStore();
  const { database, sealing } = store;
  const next = newSealKey();
  // As another process has it, which changes the key.
  const other = await Sealing.open(database, store.keySource);
  const keeper = store.keeper({ clock: Date, onProblem: (what) => assert.fail(what) });
  const rows = keeper.open(SECRETS, { restore() {}, adopt() {} });
  await other.beginChange(next);
  rows.put(["a"], "an hour");
  await keeper.close();
  assert.equal(sealing.keyId, other.keyId);
  await other.finishChange();
  const place = { database, sealing: other, journal: undefined };
  const reader = {
    keeper: (options: ConstructorParameters<typeof StoreKeeper>[1]) =>
      new StoreKeeper(place, options),
  };
  assert.deepEqual(await readKept(reader, SECRETS), [{ key: ["a"], value: "an hour" }]);
});
