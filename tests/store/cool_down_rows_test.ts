import assert from "node:assert/strict";
import { isJsonObject } from "../../src/base/json.ts";
import { CoolDownRows } from "../../src/store/cool_down_rows.ts";
import { openStore } from "../../src/store/open_store.ts";
import { encodeValue } from "../../src/store/database/stored_value.ts";
import { memoryDatabase } from "../support/memory_database.ts";

const HOUR_MS = 3_600_000;

function isKnown(kind: string): kind is "quota" | "refused" | "transient" {
  return kind === "quota" || kind === "refused" || kind === "transient";
}

Deno.test("CoolDownRows.load() reads a kind by the name that Pollux 0.1.0 gave it", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const row = {
    accountId: "1",
    model: "",
    reason: "Down",
    step: 1,
    startMs: now,
    lengthMs: HOUR_MS,
  };
  await store.coolDowns.write([{ ...row, kind: "passing" }], now);
  assert.deepEqual(await store.coolDowns.load(now, isKnown), [{ ...row, kind: "transient" }]);
});

Deno.test("CoolDownRows.load() gives what was written, less what is over or of no known kind", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const common = { kind: "quota", reason: "Spent", step: 0, startMs: now, lengthMs: HOUR_MS };
  const one = { ...common, accountId: "1", model: "gemini-2.5-flash" };
  const refusal = { code: 403, status: "PERMISSION_DENIED" };
  const whole = { ...common, accountId: "1", model: "", kind: "refused", step: 3, refusal };
  await store.coolDowns.write([
    one,
    whole,
    { ...common, accountId: "1", model: "healed" },
    { ...common, accountId: "2", model: "prolonged" },
    { ...common, accountId: "2", model: "over", startMs: now - HOUR_MS },
    { ...common, accountId: "3", model: "", kind: "made by a newer version" },
    { ...common, accountId: "3", model: "m".repeat(5000) },
  ], now);
  const prolonged = { ...common, accountId: "2", model: "prolonged", lengthMs: 2 * HOUR_MS };
  await store.coolDowns.write([
    { accountId: "1", model: "healed", lengthMs: null },
    { ...prolonged, reason: "x".repeat(5000) },
  ], now);
  assert.deepEqual(await store.coolDowns.load(now, isKnown), [
    whole,
    one,
    { ...prolonged, reason: "x".repeat(1000) },
  ]);
});

Deno.test("CoolDownRows.write() takes a batch beyond Deno KV's limits for one transaction", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const batch = Array.from({ length: 1234 }, (_, nth) => ({
    accountId: String(nth).padStart(4, "0"),
    model: "m".repeat(200),
    kind: "quota",
    startMs: now,
    lengthMs: HOUR_MS,
    reason: "r".repeat(1000),
    step: 1,
  }));
  await store.coolDowns.write(batch, now);
  assert.deepEqual(await store.coolDowns.load(now, isKnown), batch);
});

Deno.test("CoolDownRows.write() keeps what is left of a rest that is written late", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const row = { accountId: "1", model: "m", kind: "quota", reason: "Spent", step: 0 };
  const startMs = now - 0.75 * HOUR_MS;
  await store.coolDowns.write([{ ...row, startMs, lengthMs: HOUR_MS }], now);
  const [kept] = await store.coolDowns.load(now, isKnown);
  assert.deepEqual(kept, { ...row, startMs: now, lengthMs: 0.25 * HOUR_MS });
});

Deno.test("CoolDownRows.load() reads rows of Pollux 0.1.0, and writes what that one reads", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const rows = new CoolDownRows(database);
  const now = Date.now();
  const key = ["v1", "cool_down", "1", "m"];
  const common = { kind: "quota", reason: "Spent", step: 0 };
  const old = { ...common, untilMs: now + HOUR_MS };
  await database.commit((transaction) => transaction.set(key, encodeValue(old)));
  const kept = { ...common, accountId: "1", model: "m", startMs: now, lengthMs: HOUR_MS };
  assert.deepEqual(await rows.load(now, isKnown), [kept]);
  await rows.write([kept], now);
  const { value } = await database.get(key);
  assert.ok(isJsonObject(value));
  assert.deepEqual({ ...value, ...old }, value);
  for (const damaged of [{ startMs: "1" }, { lengthMs: null }, { untilMs: "soon" }]) {
    await database.commit((transaction) =>
      transaction.set(key, encodeValue({ ...old, ...damaged }))
    );
    assert.deepEqual(await rows.load(now, isKnown), [], JSON.stringify(damaged));
  }
});
