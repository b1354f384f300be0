import assert from "node:assert/strict";
import type { SessionChange } from "../../src/store/session_rows.ts";
import { WriteBehind } from "../../src/store/write_behind.ts";

const NEVER_MS = 3_600_000;

/** A disk that notes what it was asked to write, and fails when told so. */
function fakeDisk() {
  const batches: (readonly SessionChange[])[] = [];
  const written: (() => void)[] = [];
  const errors: unknown[] = [];
  const disk = {
    batches,
    errors,
    failWith: undefined as Error | undefined,
    /** Resolves with the next write. */
    nextWrite(): Promise<void> {
      return new Promise((resolve) => written.push(resolve));
    },
    options(intervalMs: number) {
      return {
        write(batch: readonly SessionChange[]): Promise<void> {
          written.shift()?.();
          if (disk.failWith) return Promise.reject(disk.failWith);
          batches.push(batch);
          return Promise.resolve();
        },
        onError: (error: unknown) => {
          errors.push(error);
        },
        clock: { now: () => 5 },
        intervalMs,
      };
    },
  };
  return disk;
}

/** Waits with the event loop kept running, which the timer of a WriteBehind does not do. */
async function awake(promise: Promise<void>): Promise<void> {
  const alive = setInterval(() => {}, NEVER_MS);
  await promise;
  clearInterval(alive);
}

Deno.test("WriteBehind writes once for many changes, the newest of each conversation", async () => {
  const disk = fakeDisk();
  const sessions = new WriteBehind(disk.options(1));
  const write = disk.nextWrite();
  sessions.bind("a", "1", 10);
  sessions.bind("b", "1", 10);
  sessions.bind("a", "2", 20);
  sessions.unbind("b");
  assert.deepEqual(disk.batches, []);
  await awake(write);
  assert.deepEqual(disk.batches, [[
    { fingerprint: "a", accountId: "2", expiresAtMs: 20 },
    { fingerprint: "b", accountId: null },
  ]]);
  await sessions.close();
  assert.equal(disk.batches.length, 1);
});

Deno.test("WriteBehind.close() writes what is pending, and later changes are not taken", async () => {
  const disk = fakeDisk();
  const sessions = new WriteBehind(disk.options(NEVER_MS));
  sessions.bind("a", "1", 10);
  await sessions.close();
  sessions.bind("b", "1", 10);
  await sessions.flush();
  assert.deepEqual(disk.batches.flat().map((change) => change.fingerprint), ["a"]);
});

Deno.test("WriteBehind keeps a failed batch for the next try, and newer bindings win", async () => {
  const disk = fakeDisk();
  const sessions = new WriteBehind(disk.options(NEVER_MS));
  disk.failWith = new Error("disk full");
  sessions.bind("a", "1", 10);
  sessions.bind("b", "1", 10);
  const failing = sessions.flush();
  sessions.bind("a", "2", 20);
  await failing;
  assert.deepEqual(disk.errors, [disk.failWith]);
  disk.failWith = undefined;
  await sessions.flush();
  assert.deepEqual(disk.batches, [[
    { fingerprint: "b", accountId: "1", expiresAtMs: 10 },
    { fingerprint: "a", accountId: "2", expiresAtMs: 20 },
  ]]);
  await sessions.close();
});

Deno.test("WriteBehind tries a failed batch again by itself", async () => {
  const disk = fakeDisk();
  const sessions = new WriteBehind(disk.options(1));
  disk.failWith = new Error("disk full");
  const first = disk.nextWrite();
  sessions.bind("a", "1", 10);
  await awake(first);
  const second = disk.nextWrite();
  disk.failWith = undefined;
  await awake(second);
  await sessions.close();
  assert.equal(disk.batches.length, 1);
});

Deno.test("WriteBehind gives up the oldest when more than maxPending wait", async () => {
  const disk = fakeDisk();
  const sessions = new WriteBehind({ ...disk.options(NEVER_MS), maxPending: 2 });
  for (const fingerprint of ["a", "b", "c"]) sessions.bind(fingerprint, "1", 10);
  await sessions.close();
  assert.deepEqual(disk.batches.flat().map((change) => change.fingerprint), ["b", "c"]);
});

Deno.test("WriteBehind.flush() waits for a write under way, so that the newer one lands last", async () => {
  const gates: (() => void)[] = [];
  const landed: string[] = [];
  const sessions = new WriteBehind({
    async write(batch) {
      await new Promise<void>((resolve) => gates.push(resolve));
      landed.push(...batch.map((change) => String(change.accountId)));
    },
    onError: (error) => assert.fail(String(error)),
    clock: { now: () => 5 },
    intervalMs: NEVER_MS,
  });
  sessions.bind("a", "old", 10);
  const first = sessions.flush();
  sessions.bind("a", "new", 10);
  const second = sessions.flush();
  assert.equal(gates.length, 1);
  gates[0]?.();
  await first;
  await Promise.resolve();
  gates[1]?.();
  await second;
  assert.deepEqual(landed, ["old", "new"]);
  await sessions.close();
});
