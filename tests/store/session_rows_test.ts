import assert from "node:assert/strict";
import { openStore } from "../../src/store/open_store.ts";

const HOUR_MS = 3_600_000;

/** A fingerprint of the length that real ones have. */
function fingerprint(index: number): string {
  return index.toString(16).padStart(64, "0");
}

Deno.test("SessionRows.load() gives what was written, less what was unbound or has ended", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const kept = { fingerprint: "a", accountId: "1", expiresAtMs: now + HOUR_MS };
  await store.sessions.write([
    kept,
    { fingerprint: "b", accountId: "1", expiresAtMs: now + HOUR_MS },
    { fingerprint: "c", accountId: "1", expiresAtMs: now + HOUR_MS },
    { fingerprint: "ended", accountId: "1", expiresAtMs: now },
  ], now);
  await store.sessions.write([
    { fingerprint: "b", accountId: null },
    { fingerprint: "c", accountId: "2", expiresAtMs: now + 2 * HOUR_MS },
  ], now);
  assert.deepEqual(await store.sessions.load(now), [
    kept,
    { fingerprint: "c", accountId: "2", expiresAtMs: now + 2 * HOUR_MS },
  ]);
  assert.deepEqual((await store.sessions.load(now + HOUR_MS)).map((row) => row.fingerprint), ["c"]);
});

Deno.test("SessionRows.write() takes a batch beyond Deno KV's limits for one transaction", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  const batch = Array.from({ length: 2_345 }, (_, index) => ({
    fingerprint: fingerprint(index),
    accountId: crypto.randomUUID(),
    expiresAtMs: now + HOUR_MS,
  }));
  await store.sessions.write(batch, now);
  assert.deepEqual(await store.sessions.load(now), batch);
});
