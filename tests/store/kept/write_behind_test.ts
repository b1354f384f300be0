import assert from "node:assert/strict";
import { WriteBehind } from "../../../src/store/kept/write_behind.ts";

/** What becomes of a row. */
interface Change {
  readonly row: string;
  readonly value: string | null;
}

const NEVER_MS = 3_600_000;

/** A disk that notes what it was asked to write, and fails when told so. */
function fakeDisk() {
  const batches: (readonly Change[])[] = [];
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
        write(batch: readonly Change[]): Promise<void> {
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

Deno.test("WriteBehind writes once for many changes, the newest of each row", async () => {
  const disk = fakeDisk();
  const changes = new WriteBehind<Change>(disk.options(1));
  const write = disk.nextWrite();
  changes.put("a", { row: "a", value: "1" });
  changes.put("b", { row: "b", value: "1" });
  changes.put("a", { row: "a", value: "2" });
  changes.put("b", { row: "b", value: null });
  assert.deepEqual(disk.batches, []);
  await awake(write);
  assert.deepEqual(disk.batches, [[
    { row: "a", value: "2" },
    { row: "b", value: null },
  ]]);
  await changes.close();
  assert.equal(disk.batches.length, 1);
});

Deno.test("WriteBehind.close() writes what is pending, and later changes are not taken", async () => {
  const disk = fakeDisk();
  const changes = new WriteBehind<Change>(disk.options(NEVER_MS));
  changes.put("a", { row: "a", value: "1" });
  await changes.close();
  changes.put("b", { row: "b", value: "1" });
  await changes.flush();
  assert.deepEqual(disk.batches.flat().map((change) => change.row), ["a"]);
});

Deno.test("WriteBehind keeps a failed batch for the next try, and newer ones win", async () => {
  const disk = fakeDisk();
  const changes = new WriteBehind<Change>(disk.options(NEVER_MS));
  disk.failWith = new Error("disk full");
  changes.put("a", { row: "a", value: "1" });
  changes.put("b", { row: "b", value: "1" });
  const failing = changes.flush();
  changes.put("a", { row: "a", value: "2" });
  await failing;
  assert.deepEqual(disk.errors, [disk.failWith]);
  disk.failWith = undefined;
  await changes.flush();
  assert.deepEqual(disk.batches, [[
    { row: "b", value: "1" },
    { row: "a", value: "2" },
  ]]);
  await changes.close();
});

Deno.test("WriteBehind tries a failed batch again by itself", async () => {
  const disk = fakeDisk();
  const changes = new WriteBehind<Change>(disk.options(1));
  disk.failWith = new Error("disk full");
  const first = disk.nextWrite();
  changes.put("a", { row: "a", value: "1" });
  await awake(first);
  const second = disk.nextWrite();
  disk.failWith = undefined;
  await awake(second);
  await changes.close();
  assert.equal(disk.batches.length, 1);
});

Deno.test("WriteBehind gives up the oldest when more than maxPending wait", async () => {
  const disk = fakeDisk();
  const changes = new WriteBehind<Change>({ ...disk.options(NEVER_MS), maxPending: 2 });
  for (const row of ["a", "b", "c"]) changes.put(row, { row, value: "1" });
  await changes.close();
  assert.deepEqual(disk.batches.flat().map((change) => change.row), ["b", "c"]);
});

Deno.test("WriteBehind.flush() waits for a write under way, so that the newer one lands last", async () => {
  const gates: (() => void)[] = [];
  const landed: string[] = [];
  const changes = new WriteBehind<Change>({
    async write(batch) {
      await new Promise<void>((resolve) => gates.push(resolve));
      landed.push(...batch.map((change) => String(change.value)));
    },
    onError: (error) => assert.fail(String(error)),
    clock: { now: () => 5 },
    intervalMs: NEVER_MS,
  });
  changes.put("a", { row: "a", value: "old" });
  const first = changes.flush();
  changes.put("a", { row: "a", value: "new" });
  const second = changes.flush();
  assert.equal(gates.length, 1);
  gates[0]?.();
  await first;
  await Promise.resolve();
  gates[1]?.();
  await second;
  assert.deepEqual(landed, ["old", "new"]);
  await changes.close();
});

Deno.test("WriteBehind.pending() knows a change until it is written, also while it is under way", async () => {
  const disk = fakeDisk();
  const gate = Promise.withResolvers<void>();
  const changes = new WriteBehind<Change>({ ...disk.options(NEVER_MS), write: () => gate.promise });
  const [older, newer] = [{ row: "a", value: "1" }, { row: "a", value: "2" }];
  changes.put("a", older);
  assert.equal(changes.pending("a"), older);
  const writing = changes.flush();
  assert.equal(changes.pending("a"), older);
  assert.equal(changes.pending("b"), undefined);
  changes.put("a", newer);
  assert.equal(changes.pending("a"), newer);
  gate.resolve();
  await writing;
  await changes.close();
  assert.equal(changes.pending("a"), undefined);
});

Deno.test("WriteBehind.unwrittenSince tells the oldest change, also while it is written and after a failure", async () => {
  const disk = fakeDisk();
  let nowMs = 100;
  let since: number | undefined;
  const changes = new WriteBehind<Change>({
    ...disk.options(NEVER_MS),
    write(batch) {
      since = changes.unwrittenSince;
      return disk.options(NEVER_MS).write(batch);
    },
    clock: { now: () => nowMs },
  });
  assert.equal(changes.unwrittenSince, undefined);
  changes.put("a", { row: "a", value: "1" });
  nowMs = 200;
  changes.put("a", { row: "a", value: "2" });
  assert.equal(changes.unwrittenSince, 100);
  disk.failWith = new Error("full");
  await changes.flush();
  assert.equal(changes.unwrittenSince, 100);
  changes.put("b", { row: "b", value: "1" });
  disk.failWith = undefined;
  await changes.close();
  assert.equal(since, 100);
  assert.equal(changes.unwrittenSince, undefined);
});
