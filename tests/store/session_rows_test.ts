import assert from "node:assert/strict";
import { openStore, type Store } from "../../src/store/open_store.ts";
import type { SessionRow } from "../../src/store/session_rows.ts";

const HOUR_MS = 3_600_000;

/** All rows, in one piece. */
async function load(store: Store, nowMs: number): Promise<SessionRow[]> {
  return (await Array.fromAsync(store.sessions.load(nowMs))).flat();
}

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
  assert.deepEqual(await load(store, now), [
    kept,
    { fingerprint: "c", accountId: "2", expiresAtMs: now + 2 * HOUR_MS },
  ]);
  assert.deepEqual((await load(store, now + HOUR_MS)).map((row) => row.fingerprint), ["c"]);
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
  assert.deepEqual(await load(store, now), batch);
});

Deno.test("SessionRows.load() gives rows as they are read, each once, however many fit a read", async () => {
  using store = await openStore({ memory: true });
  const now = Date.now();
  for (const count of [500, 500, 1]) {
    const start = (await load(store, now)).length;
    await store.sessions.write(
      Array.from({ length: count }, (_, index) => ({
        fingerprint: fingerprint(start + index),
        accountId: "1",
        expiresAtMs: now + HOUR_MS,
      })),
      now,
    );
    const rows = await load(store, now);
    assert.deepEqual(
      rows.map((row) => row.fingerprint),
      Array.from({ length: start + count }, (_, index) => fingerprint(index)),
    );
  }
  const batches = await Array.fromAsync(store.sessions.load(now));
  assert.ok(batches.every((batch) => batch.length <= 500));
});
