/** How calls are spread: turns, weights, tiers, load, and who waits for whom. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Lease } from "../../src/pool/lease.ts";
import type { PoolAccount } from "../../src/pool/pool_account.ts";
import type { Place } from "../../src/pool/queues/waiting_line.ts";
import { session } from "../support/session.ts";
import { account, MODEL, ofModel, TestPool } from "../support/test_pool.ts";

const S = { session: session("s") };

/** How often each account was chosen for a new conversation. */
function shares(pool: TestPool, calls: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let nth = 0; nth < calls; nth++) {
    const id = pool.chosen({ session: session(`new ${nth}`) });
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

type Waiting = Place & { lease?: Lease };

function placeFor(accountId?: string): Waiting {
  const place: Waiting = {
    request: { ...ofModel(MODEL), tried: new Set(), patienceUntilMs: Infinity },
    accountId,
    onTurn: (lease) => void (place.lease = lease),
  };
  return place;
}

/** Waits in line; `lease` is there as soon as it is the call's turn. */
function wait(pool: TestPool, accountId?: string): Waiting {
  const place = placeFor(accountId);
  assert.ok(pool.pool.wait(place));
  return place;
}

Deno.test("balance shares 1,000 new conversations out evenly", () => {
  const ids = ["a", "b", "c", "d", "e", "f", "g"];
  const counts = shares(new TestPool(ids), 1000);
  assert.deepEqual(ids.map((id) => counts.get(id)).toSorted(), [142, 143, 143, 143, 143, 143, 143]);
});

Deno.test("balance gives each account its weight's share at any moment, within a turn for each other", () => {
  const weights = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 12 });
  fc.assert(fc.property(weights, fc.integer({ min: 1, max: 400 }), (weights, calls) => {
    const accounts = weights.map((weight, nth) => account(`a${nth}`, { weight }));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const counts = shares(new TestPool(accounts), calls);
    for (const { id, weight } of accounts) {
      const fair = calls * weight / total;
      // Stride scheduling is off by less than one turn for each of the others in the worst case.
      assert.ok(Math.abs((counts.get(id) ?? 0) - fair) <= Math.max(2, weights.length - 1), id);
    }
  }));
});

Deno.test("balance gives turns smoothly: an account of a large weight does not get them in one run", () => {
  const pool = new TestPool([account("a", { weight: 3 }), "b", account("c", { weight: 2 })]);
  const turns = Array.from({ length: 12 }, () => pool.chosen()).join("");
  assert.equal(turns.match(/a/g)?.length, 6);
  assert.equal(turns.match(/c/g)?.length, 4);
  assert.ok(!/aaa|ccc|bb/.test(turns), turns);
});

Deno.test("balance asks accounts of a lower priority only while no other can answer", () => {
  const pool = new TestPool([
    "low",
    account("high", { priority: 2, maxConcurrent: 1 }),
    account("lower", { priority: -1 }),
  ]);
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["high", "high", "high"]);
  const lease = pool.lease();
  assert.deepEqual([1, 2].map(() => pool.chosen()), ["low", "low"]);
  pool.fail("low", { delayMs: 60_000 });
  assert.equal(pool.chosen(), "lower");
  lease[Symbol.dispose]();
  assert.equal(pool.chosen(), "high");
});

Deno.test("balance leaves a conversation where it is when an account of a higher priority is back", () => {
  const pool = new TestPool(["low", account("high", { priority: 1 })]);
  pool.fail("high", { delayMs: 5000 });
  assert.equal(pool.chosen(S), "low");
  pool.clock.advance(5000);
  assert.equal(pool.chosen(S), "low");
  assert.equal(pool.chosen(), "high");
});

Deno.test("balance moves a conversation at once whose account rests or is busy", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 1 }), "b", "c"]);
  assert.equal(pool.chosen(S), "a");
  const lease = pool.lease(S);
  assert.equal(lease.accountId, "a");
  assert.equal(pool.chosen(S), "b");
  pool.fail("b", { delayMs: 1 });
  assert.equal(pool.chosen(S), "c");
});

Deno.test("cache_first waits for the conversation's account as long as the call's patience lasts", () => {
  const pool = new TestPool(["a", "b"], { strategy: "cache_first" });
  assert.equal(pool.chosen(S), "a");
  const nowMs = pool.clock.now();
  pool.fail("a", { delayMs: 30_000 });
  assert.deepEqual(pool.choose({ ...S, patienceUntilMs: nowMs + 30_000 }), {
    type: "wait",
    accountId: "a",
    untilMs: nowMs + 30_000,
  });
  assert.equal(pool.chosen({ ...S, patienceUntilMs: nowMs + 29_999 }), "b");
  // It moved for good: what upstream has cached is now with the other account.
  pool.clock.advance(30_000);
  assert.equal(pool.chosen(S), "b");
});

Deno.test("cache_first asks the same account again within the grace, and moves when it rests longer", () => {
  const pool = new TestPool(["a", "b"], { strategy: "cache_first" });
  assert.equal(pool.chosen(S), "a");
  const tried = new Set(["a"]);
  pool.fail("a", { delayMs: 2000 }, S);
  const untilMs = pool.clock.now() + 2000;
  assert.deepEqual(pool.choose({ ...S, tried }), { type: "wait", accountId: "a", untilMs });
  pool.clock.advance(2000);
  pool.fail("a", { delayMs: 2001 }, S);
  assert.equal(pool.chosen({ ...S, tried }), "b");
  assert.equal(pool.chosen(S), "b");
});

Deno.test("cache_first waits for no account that is refused, nor for one tried that rests for long", () => {
  const patient = { ...S, patienceUntilMs: Infinity };
  const refused = new TestPool(["a", "b"], { strategy: "cache_first" });
  const early = refused.lease(S);
  assert.equal(early.accountId, "a");
  refused.fail("a", { kind: "refused", delayMs: 30_000 });
  assert.equal(refused.chosen(patient), "b");
  const soon = new TestPool(["a", "b"], { strategy: "cache_first" });
  soon.fail("a", { kind: "refused", delayMs: 1000 }, S);
  soon.clock.advance(1000);
  assert.equal(soon.chosen(S), "b");
  const tried = new TestPool(["a", "b"], { strategy: "cache_first" });
  assert.equal(tried.chosen(S), "a");
  tried.fail("a", { delayMs: 30_000 });
  assert.equal(tried.chosen({ ...patient, tried: new Set(["a"]) }), "b");
});

Deno.test("cache_first waits in line for the conversation's account while it is busy", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 1 }), "b"], { strategy: "cache_first" });
  const lease = pool.lease(S);
  assert.equal(lease.accountId, "a");
  const choice = pool.choose(S);
  assert.deepEqual(choice, { type: "busy", accountId: "a", untilMs: Infinity });
  const place = wait(pool, "a");
  lease[Symbol.dispose]();
  assert.equal(place.lease?.accountId, "a");
  assert.equal(pool.chosen({ ...S, patienceUntilMs: pool.clock.now() }), "b");
});

Deno.test("performance_first sends each call to the account with the fewest in flight for its weight", () => {
  const pool = new TestPool(["a", account("b", { weight: 2 })], { strategy: "performance_first" });
  const leases = Array.from({ length: 9 }, () => pool.lease(S));
  const counts = Map.groupBy(leases, ({ accountId }) => accountId);
  assert.deepEqual([counts.get("a")?.length, counts.get("b")?.length], [3, 6]);
  for (const lease of counts.get("b") ?? []) lease[Symbol.dispose]();
  assert.deepEqual(Array.from({ length: 4 }, () => pool.lease().accountId), ["b", "b", "b", "b"]);
});

Deno.test("performance_first asks an account again as soon as its calls are over", () => {
  const ids = ["a", "b", "c", "d"];
  for (const freed of ids) {
    const pool = new TestPool(ids, { strategy: "performance_first" });
    const leases = Array.from({ length: 12 }, () => pool.lease());
    for (const lease of leases) if (lease.accountId === freed) lease[Symbol.dispose]();
    assert.deepEqual([1, 2, 3].map(() => pool.lease().accountId), [freed, freed, freed]);
  }
});

Deno.test("performance_first counts calls of every model", () => {
  const pool = new TestPool(["a", "b"], { strategy: "performance_first" });
  pool.fail("a", { delayMs: 1 });
  pool.clock.advance(1);
  pool.lease({ model: "other" });
  pool.lease({ model: "other" });
  pool.lease({ model: "other" });
  const counts = pool.pool.snapshot().map(({ callsInFlight }) => callsInFlight);
  const [fewer] = counts[0] === 1 ? ["a"] : ["b"];
  assert.equal(pool.chosen(), fewer);
});

Deno.test("A continuation keeps to its account under every strategy", () => {
  for (const strategy of ["balance", "cache_first", "performance_first"] as const) {
    const pool = new TestPool([account("a", { maxConcurrent: 2 }), "b"], { strategy });
    const first = pool.lease(S);
    const second = pool.lease({ ...S, isContinuation: true });
    assert.equal(second.accountId, first.accountId, strategy);
    if (first.accountId !== "a") continue;
    const choice = pool.choose({ ...S, isContinuation: true });
    assert.deepEqual(choice, { type: "busy", accountId: "a", untilMs: Infinity }, strategy);
  }
});

Deno.test("An account never answers more calls at once than it may, and a freed place goes to who waits longest", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 2 })], { maxWaiting: 2 });
  const [first, second] = [pool.lease(), pool.lease()];
  const busy = { type: "busy", accountId: undefined, untilMs: Infinity };
  assert.deepEqual(pool.choose(), busy);
  const places = [wait(pool), wait(pool)];
  assert.equal(pool.pool.wait(placeFor()), false, "The line is bounded");
  first?.[Symbol.dispose]();
  assert.deepEqual(places.map(({ lease }) => lease?.accountId), ["a", undefined]);
  assert.deepEqual(pool.choose(), busy, "Nobody is served before those who wait");
  second?.[Symbol.dispose]();
  assert.equal(places[1]?.lease?.accountId, "a");
  assert.equal(pool.pool.waiting, 0);
});

Deno.test("Who leaves the line is not served, and those behind move up", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 1 })]);
  const lease = pool.lease();
  const places = [wait(pool), wait(pool)];
  for (const place of places.slice(0, 1)) pool.pool.leave(place);
  lease[Symbol.dispose]();
  assert.deepEqual(places.map(({ lease }) => lease?.accountId), [undefined, "a"]);
});

Deno.test("Those who wait are served when an account comes, or may take more calls", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 1 })]);
  pool.lease();
  const places = [wait(pool), wait(pool), wait(pool)];
  pool.set([account("a", { maxConcurrent: 2 }), account("b", { maxConcurrent: 1 })]);
  const served = places.map(({ lease }) => lease?.accountId);
  assert.deepEqual(served.toSorted(), ["a", "b", undefined]);
});

Deno.test("Those who wait are served when a probe shows that the account is well again", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a");
  pool.clock.advance(10_000);
  const probe = pool.lease();
  const places = [wait(pool), wait(pool)];
  pool.pool.succeeded(probe);
  assert.deepEqual(places.map(({ lease }) => lease?.accountId), ["a", "a"]);
});

Deno.test("Calls in flight are counted exactly, over random beginnings and ends", () => {
  const ids = ["a", "b", "c"];
  const limits = fc.tuple(...ids.map(() => fc.integer({ min: 1, max: 4 })));
  const strategies = fc.constantFrom("balance", "cache_first", "performance_first");
  const steps = fc.array(fc.nat({ max: 30 }), { maxLength: 80 });
  fc.assert(fc.property(limits, strategies, steps, (limits, strategy, steps) => {
    const accounts: PoolAccount[] = ids.map((id, nth) =>
      account(id, { maxConcurrent: limits[nth] ?? 1 })
    );
    const pool = new TestPool(accounts, { strategy });
    const leases: Lease[] = [];
    for (const step of steps) {
      // Every third step ends a call.
      const [ended] = step % 3 === 0 ? leases.splice(step % Math.max(1, leases.length), 1) : [];
      if (ended !== undefined) ended[Symbol.dispose]();
      else {
        const choice = pool.choose({ session: session(`${step % 5}`) });
        const isFull = leases.length === limits.reduce((sum, limit) => sum + limit, 0);
        if (choice.type === "account") leases.push(choice.lease);
        else assert.ok(isFull || strategy === "cache_first", choice.type);
      }
      const counts = Map.groupBy(leases, ({ accountId }) => accountId);
      for (const { accountId, callsInFlight } of pool.pool.snapshot()) {
        assert.equal(callsInFlight, counts.get(accountId)?.length ?? 0);
      }
      for (const [nth, id] of ids.entries()) {
        assert.ok((counts.get(id)?.length ?? 0) <= (limits[nth] ?? 1));
      }
    }
  }));
});

Deno.test("performance_first keeps the account of a sticky call, and moves on while that can't serve", () => {
  const pool = new TestPool(["a", "b"], { strategy: "performance_first" });
  const sticky = { ...S, isSticky: true };
  const first = pool.lease(sticky);
  assert.equal(pool.chosen(sticky), "a", "The busier account has the session");
  assert.equal(pool.chosen(S), "b", "Other calls of the session go to the idle account");
  first[Symbol.dispose]();
  pool.affinity.bind(S.session, "a");
  pool.fail("a", { delayMs: 60_000 });
  assert.equal(pool.chosen(sticky), "b", "It does not wait");
  pool.clock.advance(60_000);
  assert.equal(pool.chosen(sticky), "b");
});
