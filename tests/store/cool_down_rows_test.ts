import assert from "node:assert/strict";
import { openStore } from "../../src/store/open_store.ts";

const HOUR_MS = 3_600_000;

function isKnown(kind: string): kind is "quota" | "refused" {
  return kind === "quota" || kind === "refused";
}

Deno.test("CoolDownRows.load() gives what was written, less what is over or of no known kind", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const common = { kind: "quota", reason: "Spent", step: 0, untilMs: now + HOUR_MS };
  const one = { ...common, accountId: "1", model: "gemini-2.5-flash" };
  const whole = { ...common, accountId: "1", model: "", kind: "refused", step: 3 };
  await store.coolDowns.write([
    one,
    whole,
    { ...common, accountId: "1", model: "healed" },
    { ...common, accountId: "2", model: "prolonged" },
    { ...common, accountId: "2", model: "over", untilMs: now },
    { ...common, accountId: "3", model: "", kind: "made by a newer version" },
    { ...common, accountId: "3", model: "m".repeat(5000) },
  ], now);
  const prolonged = { ...common, accountId: "2", model: "prolonged", untilMs: now + 2 * HOUR_MS };
  await store.coolDowns.write([
    { accountId: "1", model: "healed", untilMs: null },
    { ...prolonged, reason: "x".repeat(5000) },
  ], now);
  assert.deepEqual(await store.coolDowns.load(now, isKnown), [
    whole,
    one,
    { ...prolonged, reason: "x".repeat(1000) },
  ]);
  const later = await store.coolDowns.load(now + HOUR_MS, isKnown);
  assert.deepEqual(later.map(({ model }) => model), ["prolonged"]);
});

Deno.test("CoolDownRows.write() takes a batch beyond Deno KV's limits for one transaction", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const batch = Array.from({ length: 1234 }, (_, nth) => ({
    accountId: String(nth).padStart(4, "0"),
    model: "m".repeat(200),
    kind: "quota",
    untilMs: now + HOUR_MS,
    reason: "r".repeat(1000),
    step: 1,
  }));
  await store.coolDowns.write(batch, now);
  assert.deepEqual(await store.coolDowns.load(now, isKnown), batch);
});
