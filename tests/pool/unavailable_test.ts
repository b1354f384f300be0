/** Which accounts the pool says were not available to a call, and how little that costs. @module */
import assert from "node:assert/strict";
import { LONGEST_REASON, MOST_LISTED } from "../../src/pool/unavailable.ts";
import { account, MODEL, ofModel, TestPool } from "../support/test_pool.ts";
import type { AccountSelection } from "../../src/pool/selection.ts";
import type { TestRequest } from "../support/test_pool.ts";

function chosen(pool: TestPool, request: TestRequest = {}): AccountSelection {
  const selection = pool.choose(request);
  assert.equal(selection.type, "account");
  return selection;
}

function whyOf({ unavailable }: AccountSelection): Record<string, string> {
  return Object.fromEntries(unavailable.accounts.map(({ accountId, why }) => [accountId, why]));
}

const TRANSIENT = { kind: "transient", delayMs: undefined, reason: "503" } as const;

Deno.test("A selection says why it is this account: its turn, the conversation's, the owner's", () => {
  const pool = new TestPool(["a", "b"]);
  assert.equal(chosen(pool, { session: "s" }).by, "turn");
  assert.equal(chosen(pool, { session: "s" }).by, "conversation");
  assert.equal(chosen(pool, { pinnedTo: "b" }).by, "owner");
});

Deno.test("A selection lists the same accounts until one changes, and no account while all are ready", () => {
  const pool = new TestPool(["a", "b", account("full", { maxConcurrent: 1, priority: 1 })]);
  const full = chosen(pool);
  assert.equal(full.lease.accountId, "full");
  const first = chosen(pool);
  assert.deepEqual(whyOf(first), { full: "busy" });
  assert.equal(chosen(pool).unavailable, first.unavailable);
  full.lease[Symbol.dispose]();
  assert.deepEqual(whyOf(chosen(pool, { pinnedTo: "a" })), {});
});

Deno.test("A selection lists cool-downs with their end and reason, refused and soft ones too", () => {
  const pool = new TestPool(["a", "b", "c", "d"]);
  const { clock } = pool;
  pool.pool.failed(chosen(pool, { pinnedTo: "a" }).lease, {
    kind: "quota",
    delayMs: 60_000,
    reason: "spent",
  });
  pool.pool.failed(chosen(pool, { pinnedTo: "b" }).lease, TRANSIENT);
  pool.pool.failed(chosen(pool, { pinnedTo: "c" }).lease, {
    kind: "refused",
    delayMs: undefined,
    reason: "no",
  });
  const selection = chosen(pool);
  assert.equal(selection.lease.accountId, "d");
  assert.deepEqual(whyOf(selection), { a: "cooling", b: "last-resort", c: "cooling" });
  const a = selection.unavailable.accounts.find(({ accountId }) => accountId === "a");
  assert.deepEqual([a?.untilMs, a?.reason, a?.kind], [clock.now() + 60_000, "spent", "quota"]);
  clock.advance(120_000);
  assert.equal(whyOf(chosen(pool))["a"], undefined);
});

Deno.test("A selection names the account that its conversation left", () => {
  const pool = new TestPool(["a", "b"]);
  assert.equal(chosen(pool, { session: "s" }).left, undefined);
  pool.pool.failed(chosen(pool, { pinnedTo: "a" }).lease, {
    kind: "quota",
    delayMs: 60_000,
    reason: "spent",
  });
  const { by, left, lease } = chosen(pool, { session: "s" });
  assert.deepEqual([by, left, lease.accountId], ["turn", "a", "b"]);
});

Deno.test("A selection lists who is excluded: by method, model, key and list of models", () => {
  const never = account("method", { serves: () => false });
  const some = account("model", { serves: ({ model }) => model !== MODEL });
  const offering = {
    key: "k",
    of: (id: string) => id === "unlisted" ? "no" as const : "yes" as const,
  };
  const pool = new TestPool(["a", never, some, "unlisted", "other"]);
  const only = { key: "o", ids: new Set(["a", "method", "model", "unlisted"]) };
  assert.deepEqual(whyOf(chosen(pool, { offering, only })), {
    unlisted: "unlisted",
    method: "method",
    model: "model",
    other: "not-allowed",
  });
});

Deno.test("A selection lists a few of many accounts, and counts the others", () => {
  const busy = Array.from({ length: 100 }, (_, nth) => account(`b${nth}`, { maxConcurrent: 1 }));
  const pool = new TestPool([...busy, account("last", { priority: -1 })]);
  for (const _ of busy) chosen(pool);
  const { lease, unavailable } = chosen(pool);
  assert.equal(lease.accountId, "last");
  assert.equal(unavailable.accounts.length, MOST_LISTED);
  assert.equal(unavailable.more, 100 - MOST_LISTED);
});

Deno.test("A later use for which accounts rest is told with the selection", () => {
  const pool = new TestPool(["a", "b"]);
  pool.pool.failed(chosen(pool, { pinnedTo: "a" }).lease, {
    kind: "quota",
    delayMs: 60_000,
    reason: "spent",
  });
  const cache = { capability: ofModel(MODEL).capability, cooldownKey: "caches", usedWith: MODEL };
  const selection = pool.pool.choose({ ...cache, tried: new Set(), patienceUntilMs: 0 });
  assert.equal(selection.type, "account");
  assert.deepEqual(selection.avoided, ["a"]);
});

Deno.test("A selection keeps no more than the beginning of a long reason", () => {
  const pool = new TestPool(["a", "b"]);
  const failure = { ...TRANSIENT, reason: "x".repeat(200_000) };
  pool.pool.failed(chosen(pool, { pinnedTo: "a" }).lease, failure);
  const [a] = chosen(pool).unavailable.accounts;
  assert.equal(a?.accountId, "a");
  assert.equal(a?.reason, `${"x".repeat(LONGEST_REASON)}…`);
});
