/** The pool's settings change while calls are in flight and in line. @module */
import assert from "node:assert/strict";
import { Affinity } from "../../src/pool/sessions/affinity.ts";
import type { Lease } from "../../src/pool/lease.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { session } from "../support/session.ts";
import { account, MODEL, ofModel, TestPool } from "../support/test_pool.ts";

const S = { session: session("s") };

function placeFor(onTurn: (lease: Lease) => void) {
  const request = { ...ofModel(MODEL), tried: new Set<string>(), patienceUntilMs: Infinity };
  return { request, accountId: undefined, onTurn };
}

Deno.test("Pool.change() spreads by the new strategy, with the calls in flight counted", () => {
  const pool = new TestPool(["a", "b"]);
  const first = pool.lease(S);
  assert.equal(pool.lease(S).accountId, first.accountId);
  pool.pool.change({ strategy: "performance_first", maxWaiting: 100 });
  const other = first.accountId === "a" ? "b" : "a";
  assert.deepEqual([pool.lease(S).accountId, pool.lease(S).accountId], [other, other]);
  pool.pool.change({ strategy: "balance", maxWaiting: 100 });
  assert.equal(pool.lease(S).accountId, other);
});

Deno.test("Pool.change() keeps cool-downs, and who is busy", () => {
  const pool = new TestPool(["a", account("b", { maxConcurrent: 1 })]);
  pool.fail("a", { delayMs: 60_000 });
  const lease = pool.lease();
  assert.equal(lease.accountId, "b");
  for (const strategy of ["cache_first", "performance_first", "balance"] as const) {
    pool.pool.change({ strategy, maxWaiting: 100 });
    assert.equal(pool.choose().type, "busy", strategy);
  }
  lease[Symbol.dispose]();
  assert.equal(pool.lease().accountId, "b");
});

Deno.test("Pool.change() leaves those in line where they are, and lets as many join as it says", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 1 })], { maxWaiting: 2 });
  const lease = pool.lease();
  const served: string[] = [];
  const join = (name: string) => pool.pool.wait(placeFor(() => served.push(name)));
  assert.deepEqual([join("one"), join("two"), join("three")], [true, true, false]);
  pool.pool.change({ strategy: "performance_first", maxWaiting: 1 });
  assert.equal(pool.pool.waiting, 2);
  assert.equal(join("four"), false);
  pool.pool.change({ strategy: "performance_first", maxWaiting: 3 });
  assert.equal(join("five"), true);
  lease[Symbol.dispose]();
  assert.deepEqual(served, ["one"]);
});

Deno.test("Affinity.ttlMs holds for conversations from their next use on", () => {
  const clock = new FakeClock();
  const ends: number[] = [];
  const sink = { bind: (_s: string, _a: string, endMs: number) => ends.push(endMs), unbind() {} };
  const affinity = new Affinity({ clock, ttlMs: 10_000, capacity: 10, sink });
  const [used, unused] = [session("used"), session("unused")];
  for (const name of [used, unused]) affinity.bind(name, "a");
  affinity.ttlMs = 1000;
  affinity.bind(used, "a");
  assert.equal(ends.at(-1), clock.now() + 1000);
  clock.advance(1000);
  assert.deepEqual([affinity.get(used), affinity.get(unused)], [undefined, "a"]);
  affinity.ttlMs = 20_000;
  affinity.bind(unused, "a");
  clock.advance(19_999);
  assert.equal(affinity.get(unused), "a");
});
