/** Calls that only one account can serve. @module */
import assert from "node:assert/strict";
import { session } from "../support/session.ts";
import { account, MODEL, ofModel, TestPool } from "../support/test_pool.ts";

const PINNED = { pinnedTo: "b" };

Deno.test("A pinned call gets its account, whatever priority and strategy say", () => {
  for (const strategy of ["balance", "performance_first", "cache_first"] as const) {
    const pool = new TestPool([account("a", { priority: 9 }), "b"], { strategy });
    for (let count = 0; count < 3; count++) assert.equal(pool.chosen(PINNED), "b");
    assert.equal(pool.chosen(), "a");
  }
});

Deno.test("A pinned call gets its account where the conversation is bound to another", () => {
  const pool = new TestPool(["a", "b"]);
  const other = { session: session("s"), tried: new Set(["b"]) };
  assert.equal(pool.chosen(other), "a");
  assert.equal(pool.chosen({ ...PINNED, session: session("s") }), "b");
});

Deno.test("A pinned call takes its account as a last resort, and no other one", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("b", { kind: "transient" });
  assert.equal(pool.chosen(), "a");
  assert.equal(pool.chosen(PINNED), "b");
});

Deno.test("A pinned call is told when its account is back, or waits where that is in a moment", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("b", { delayMs: 60_000, reason: "Spent" });
  const untilMs = pool.clock.now() + 60_000;
  assert.deepEqual(pool.choose(PINNED), { type: "cooling", untilMs, reason: "Spent" });
  const brief = new TestPool(["a", "b"], { strategy: "performance_first" });
  brief.fail("b", { delayMs: 1000 });
  const { type } = brief.choose({ ...PINNED, patienceUntilMs: 0 });
  assert.equal(type, "wait");
});

Deno.test("A pinned call waits in line for its busy account, and not for another", () => {
  const pool = new TestPool(["a", account("b", { maxConcurrent: 1 })]);
  const busy = pool.lease(PINNED);
  const choice = pool.choose({ ...PINNED, patienceUntilMs: 0 });
  assert.deepEqual(choice, { type: "busy", accountId: "b", untilMs: Infinity });
  const request = { ...ofModel(MODEL), ...PINNED, tried: new Set<string>(), patienceUntilMs: 1e9 };
  const served: string[] = [];
  pool.pool.wait({ request, accountId: "b", onTurn: (lease) => served.push(lease.accountId) });
  pool.lease()[Symbol.dispose]();
  assert.deepEqual(served, []);
  pool.pool.failed(busy, { kind: "transient", delayMs: undefined, reason: "Torn" });
  assert.deepEqual(served, ["b"]);
});

Deno.test("A pinned call whose account is refused, was tried or is gone is told so", () => {
  const pool = new TestPool(["a", "b"]);
  assert.deepEqual(pool.choose({ ...PINNED, tried: new Set(["b"]) }), { type: "tried" });
  assert.deepEqual(pool.choose({ pinnedTo: "gone" }), { type: "empty" });
  const refusal = { code: 403, status: "PERMISSION_DENIED" } as const;
  pool.fail("b", { kind: "refused", reason: "Denied", refusal });
  assert.deepEqual(pool.choose(PINNED), { type: "refused", reason: "Denied", refusal });
});

Deno.test("A pinned call that tried its account waits only for a rest that is brief from its start", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("b", { delayMs: 60_000 });
  pool.clock.advance(59_500);
  const tried = new Set(["b"]);
  assert.equal(pool.choose({ ...PINNED, tried, patienceUntilMs: 0 }).type, "cooling");
  assert.equal(pool.choose({ ...PINNED, patienceUntilMs: 0 }).type, "wait");
});

Deno.test("A call that is pinned to an account without the capability gets none", () => {
  const pool = new TestPool(["a", account("b", { serves: () => false })]);
  assert.deepEqual(pool.choose(PINNED), { type: "empty" });
});

Deno.test("A pinned call gets its account, whatever accounts are known to offer", () => {
  const pool = new TestPool(["a", "b"]);
  const offering = { key: "m", of: (id: string) => id === "a" ? "yes" as const : "no" as const };
  assert.equal(pool.chosen({ offering }), "a");
  assert.equal(pool.chosen({ offering, ...PINNED }), "b");
});
