/** Who rests after which failure, for how long, and how an account comes back. @module */
import assert from "node:assert/strict";
import type { Failure } from "../../../src/pool/cool_downs/failure.ts";
import { session } from "../../support/session.ts";
import { account, MODEL, TestPool } from "../../support/test_pool.ts";

const MINUTE_MS = 60_000;

/** How long an account is not asked after a failure, in ms. */
function restAfter(pool: TestPool, accountId: string, failure: Partial<Failure>): number {
  const startMs = pool.clock.now();
  pool.fail(accountId, failure);
  assert.notEqual(pool.choose().type, "account");
  const [{ coolDown, models: [model] } = assert.fail()] = pool.pool.snapshot();
  const untilMs = (coolDown ?? model)?.untilMs ?? assert.fail();
  pool.clock.advance(untilMs - startMs);
  return untilMs - startMs;
}

Deno.test("failed() cools one model after a quota: the account goes on answering for others", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { kind: "quota" });
  assert.equal(pool.chosen(), "cooling");
  assert.equal(pool.chosen({ model: "other" }), "a");
});

Deno.test("failed() cools a whole account that is refused", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { kind: "refused" });
  for (const model of [MODEL, "other", "another"]) assert.equal(pool.chosen({ model }), "b");
});

Deno.test("failed() rests as long as upstream says, to the ms, whatever the back-off would", () => {
  for (const delayMs of [1, 1234, 100_000_000]) {
    const pool = new TestPool(["a"]);
    pool.fail("a", { delayMs });
    pool.clock.advance(delayMs - 1);
    assert.notEqual(pool.chosen(), "a", `${delayMs}`);
    pool.clock.advance(1);
    assert.equal(pool.chosen(), "a", `${delayMs}`);
  }
  const pool = new TestPool(["a"]);
  pool.fail("a", { delayMs: 0 });
  assert.equal(pool.chosen(), "a");
});

Deno.test("failed() takes a longer rest each time upstream does not say, up to half an hour", () => {
  const pool = new TestPool(["a"]);
  const rests = Array.from({ length: 10 }, () => restAfter(pool, "a", {}) / 1000);
  assert.deepEqual(rests, [10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800]);
});

Deno.test("failed() has a back-off of its own for accounts that are refused", () => {
  const pool = new TestPool(["a"]);
  const rests = Array.from({ length: 8 }, () => restAfter(pool, "a", { kind: "refused" }) / 1000);
  assert.deepEqual(rests, [30, 60, 120, 240, 480, 960, 1800, 1800]);
});

Deno.test("succeeded() heals: the back-off starts from its first step", () => {
  const pool = new TestPool(["a"]);
  for (const seconds of [10, 20, 40]) assert.equal(restAfter(pool, "a", {}), seconds * 1000);
  const lease = pool.lease();
  pool.pool.succeeded(lease);
  lease[Symbol.dispose]();
  assert.equal(restAfter(pool, "a", {}), 10_000);
});

Deno.test("failed() forgets a back-off that was left alone for an hour", () => {
  const pool = new TestPool(["a"]);
  assert.equal(restAfter(pool, "a", {}), 10_000);
  assert.equal(restAfter(pool, "a", {}), 20_000);
  pool.clock.advance(60 * MINUTE_MS);
  assert.equal(restAfter(pool, "a", {}), 10_000);
});

Deno.test("failed() climbs one step for all calls that fail together", () => {
  const pool = new TestPool(["a"]);
  const leases = Array.from({ length: 20 }, () => pool.lease());
  const failure = { kind: "quota", delayMs: undefined, reason: "Quota" } as const;
  for (const lease of leases) pool.pool.failed(lease, failure);
  assert.equal(pool.pool.snapshot()[0]?.models[0]?.untilMs, pool.clock.now() + 10_000);
});

Deno.test("failed() never shortens a rest", () => {
  const pool = new TestPool(["a"]);
  const leases = [1, 2, 3, 4, 5].map(() => pool.lease());
  const failures: readonly Partial<Failure>[] = [
    { delayMs: 60_000, reason: "Hourly quota" },
    { delayMs: 10, reason: "Per second" },
    { reason: "Bare" },
    { kind: "transient", reason: "Overloaded" },
    { kind: "refused", delayMs: 10, reason: "Account" },
  ];
  failures.forEach((failure, at) => {
    const [lease] = leases.slice(at);
    assert.ok(lease);
    pool.pool.failed(lease, { kind: "quota", delayMs: undefined, reason: "", ...failure });
  });
  pool.clock.advance(55_000);
  const untilMs = pool.clock.now() + 5000;
  assert.deepEqual(pool.choose(), { type: "cooling", untilMs, reason: "Hourly quota" });
  pool.clock.advance(5000);
  assert.equal(pool.chosen(), "a");
});

Deno.test("failed() prolongs a rest that turns out to be too short", () => {
  const pool = new TestPool(["a"]);
  const leases = [pool.lease(), pool.lease()];
  for (const [at, delayMs] of [10_000, 20_000].entries()) {
    const [lease] = leases.slice(at);
    assert.ok(lease);
    pool.pool.failed(lease, { kind: "quota", delayMs, reason: "Quota" });
  }
  pool.clock.advance(19_999);
  assert.equal(pool.choose().type, "wait");
  pool.clock.advance(1);
  assert.equal(pool.chosen(), "a");
});

Deno.test("failed() rests for a day's quota until midnight in California, whatever shorter delay is named", () => {
  // 2026-03-07, the day before the clocks go forward: midnight is at 08:00 UTC, one day later at 07:00.
  for (
    const [now, midnight] of [
      ["2026-03-07T07:59:59.999Z", "2026-03-07T08:00:00Z"],
      ["2026-03-07T08:00:00Z", "2026-03-08T08:00:00Z"],
      ["2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z"],
      ["2026-03-08T20:00:00Z", "2026-03-09T07:00:00Z"],
      ["2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z"],
      ["2026-11-01T20:00:00Z", "2026-11-02T08:00:00Z"],
      ["2026-07-04T12:34:56.789Z", "2026-07-05T07:00:00Z"],
    ] as const
  ) {
    for (const delayMs of [undefined, 1]) {
      const pool = new TestPool(["a"]);
      pool.clock.advance(Date.parse(now) - pool.clock.now());
      pool.fail("a", { quota: "day", delayMs });
      const until = pool.pool.snapshot()[0]?.models[0]?.untilMs ?? 0;
      assert.equal(new Date(until).toISOString(), new Date(midnight).toISOString(), now);
    }
  }
});

Deno.test("failed() believes a delay that ends after midnight, and an hour where there is no quota at all", () => {
  const pool = new TestPool(["a"]);
  assert.equal(restAfter(pool, "a", { quota: "day", delayMs: 100 * 3_600_000 }), 360_000_000);
  assert.equal(restAfter(pool, "a", { quota: "none" }), 3_600_000);
  assert.equal(restAfter(pool, "a", { quota: "minute", delayMs: 7 }), 7);
});

Deno.test("choose() lets one call at a time find out whether a back-off's rest was long enough", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a");
  pool.fail("b", { kind: "refused" });
  pool.clock.advance(30_000);
  const probes = [pool.lease(), pool.lease()];
  assert.deepEqual(probes.map(({ accountId }) => accountId).toSorted(), ["a", "b"]);
  assert.equal(pool.choose().type, "busy");
  // A probe that came to nothing, neither well nor badly, leaves it to the next one.
  probes.find(({ accountId }) => accountId === "a")?.[Symbol.dispose]();
  const again = pool.lease();
  assert.equal(again.accountId, "a");
  assert.equal(pool.choose().type, "busy");
  pool.pool.succeeded(again);
  assert.deepEqual([1, 2, 3].map(() => pool.lease().accountId), ["a", "a", "a"]);
});

Deno.test("choose() does not doubt an account whose rest was upstream's own word", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { delayMs: 1000 });
  pool.clock.advance(1000);
  assert.deepEqual([1, 2, 3].map(() => pool.lease().accountId), ["a", "a", "a"]);
});

Deno.test("failed() sends an account that fails its probe up the back-off", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a");
  pool.clock.advance(10_000);
  const probe = pool.lease();
  pool.pool.failed(probe, { kind: "quota", delayMs: undefined, reason: "Quota" });
  assert.equal(pool.pool.snapshot()[0]?.models[0]?.untilMs, pool.clock.now() + 20_000);
});

Deno.test("choose() takes an account with a transient failure only where no other can answer", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { kind: "transient" });
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "b", "b"]);
  assert.equal(pool.chosen({ tried: new Set(["b"]) }), "a");
  pool.fail("b", { kind: "quota", delayMs: 60_000 });
  assert.equal(pool.chosen(), "a");
  pool.clock.advance(1000);
  pool.fail("a", { kind: "transient" });
  assert.equal(pool.pool.snapshot()[0]?.models[0]?.untilMs, pool.clock.now() + 2000);
  // A response shows that it works again.
  const lease = pool.lease();
  pool.pool.succeeded(lease);
  assert.deepEqual(pool.pool.snapshot()[0]?.models, []);
});

Deno.test("choose() asks an account with a transient failure again one call at a time, while others answer", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { kind: "transient" });
  assert.equal(pool.chosen(), "b");
  pool.clock.advance(1000);
  const calls = [1, 2, 3, 4].map(() => pool.lease().accountId);
  assert.deepEqual(calls.toSorted(), ["a", "b", "b", "b"]);
});

Deno.test("choose() prefers accounts that know the model", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { kind: "unknown-model" });
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "b", "b"]);
  assert.deepEqual([1, 2].map(() => pool.chosen({ model: "other" })).toSorted(), ["a", "b"]);
});

Deno.test("Pool keeps a hard rest of 5 s and more, and takes it up again", () => {
  const before = new TestPool(["a", "b", "c"]);
  before.fail("a", { delayMs: 60_000, reason: "A" });
  before.fail("b", { kind: "refused", reason: "B" });
  before.fail("c", { delayMs: 4999 });
  before.fail("c", { kind: "transient" }, { model: "other" });
  assert.deepEqual([...before.written.keys()], ["a/m", "b/"]);
  const kept = [...before.written.values()].filter((row) => row !== undefined);
  const after = new TestPool(["a", "b"], { kept });
  const cooling = { type: "cooling", untilMs: after.clock.now() + 60_000, reason: "A" };
  assert.deepEqual(after.choose(), cooling);
  after.clock.advance(30_000);
  // Still a back-off's rest: one call at a time, and the next step is the second.
  const probe = after.lease();
  assert.equal(probe.accountId, "b");
  assert.deepEqual(after.choose(), cooling);
  after.pool.failed(probe, { kind: "refused", delayMs: undefined, reason: "B" });
  assert.equal(after.pool.snapshot()[1]?.coolDown?.untilMs, after.clock.now() + 60_000);
});

Deno.test("Pool forgets what it kept of a rest that healed", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a");
  pool.clock.advance(10_000);
  const lease = pool.lease();
  pool.pool.succeeded(lease);
  assert.deepEqual([...pool.written], [["a/m", undefined]]);
});

Deno.test("succeeded() leaves a rest alone that upstream ordered after the call began", () => {
  const pool = new TestPool(["a"]);
  const early = pool.lease();
  pool.fail("a", { delayMs: 60_000 });
  pool.pool.succeeded(early);
  assert.equal(pool.chosen(), "cooling");
});

Deno.test("Pool remembers a bounded number of models for an account, the longest rests of all", () => {
  const pool = new TestPool([account("a")]);
  for (let nth = 0; nth < 200; nth++) {
    pool.fail("a", { delayMs: 10_000 + nth }, { model: `m${nth}`, session: session("s") });
  }
  const { models } = pool.pool.snapshot()[0] ?? { models: [] };
  assert.equal(models.length, 64);
  assert.equal(models.at(-1)?.model, "m199");
  assert.equal(models[0]?.model, "m136");
});

Deno.test("adopt() rests an account as another gateway found out, and adoptHealing() ends that", () => {
  const pool = new TestPool(["a", "b"]);
  const kept = { accountId: "a", kind: "quota", reason: "Theirs", step: 0 } as const;
  const startMs = pool.clock.now();
  const lengthMs = MINUTE_MS;
  pool.pool.adopt({ ...kept, cooldownKey: MODEL, startMs, lengthMs });
  for (let count = 0; count < 4; count++) assert.equal(pool.chosen(), "b");
  assert.equal(pool.chosen({ model: "other", tried: new Set(["b"]) }), "a");
  pool.pool.adopt({ ...kept, cooldownKey: "", startMs, lengthMs });
  assert.equal(pool.chosen({ model: "other", tried: new Set(["b"]) }), "tried");
  pool.pool.adoptHealing("a", "");
  assert.equal(pool.chosen({ model: "other", tried: new Set(["b"]) }), "a");
  assert.equal(pool.chosen({ tried: new Set(["b"]) }), "tried");
  pool.pool.adoptHealing("a", MODEL);
  assert.equal(pool.chosen({ tried: new Set(["b"]) }), "a");
  // Nothing of it is this gateway's to write.
  assert.deepEqual([...pool.written], []);
});

Deno.test("adoptHealing() leaves a soft rest alone, which no gateway tells another of", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { kind: "transient" });
  pool.pool.adoptHealing("a", MODEL);
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "b", "b"]);
});

Deno.test("choose() takes a rest for over that a call has waited for, though the clock lags a little", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { delayMs: 1000 });
  pool.clock.advance(999);
  assert.notEqual(pool.chosen(), "a");
  assert.equal(pool.chosen({ notBeforeMs: pool.clock.elapsed() + 1 }), "a");
});

Deno.test("adopt() shortens no rest, and passes over accounts that are not there", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { delayMs: 2 * MINUTE_MS });
  const kept = { cooldownKey: MODEL, kind: "quota", reason: "Theirs", step: 0 } as const;
  const startMs = pool.clock.now();
  const lengthMs = MINUTE_MS;
  pool.pool.adopt({ ...kept, accountId: "a", startMs, lengthMs });
  pool.pool.adopt({ ...kept, accountId: "gone", startMs, lengthMs });
  pool.pool.adoptHealing("gone", MODEL);
  pool.pool.adoptHealing("a", "never rested");
  assert.equal(pool.pool.snapshot()[0]?.models[0]?.untilMs, startMs + 2 * MINUTE_MS);
});

Deno.test("failed() remembers a back-off for nearly an hour", () => {
  const pool = new TestPool(["a"]);
  assert.equal(restAfter(pool, "a", {}), 10_000);
  pool.clock.advance(59 * MINUTE_MS);
  assert.equal(restAfter(pool, "a", {}), 20_000);
});

Deno.test("failed() starts the back-off from its first step for a failure of another kind", () => {
  const pool = new TestPool(["a"]);
  for (const delayMs of [1000, 2000, 4000]) {
    pool.fail("a", { kind: "transient" });
    pool.clock.advance(delayMs);
  }
  assert.equal(restAfter(pool, "a", { kind: "quota" }), 10_000);
});

Deno.test("failed() believes a delay that is longer than an hour where there is no quota at all", () => {
  const pool = new TestPool(["a"]);
  assert.equal(restAfter(pool, "a", { quota: "none", delayMs: 120 * MINUTE_MS }), 7_200_000);
});

Deno.test("failed() gives the reason of the rest that is the longest", () => {
  const pool = new TestPool(["a"]);
  const leases = [pool.lease(), pool.lease()];
  for (const [at, reason] of ["One", "Two"].entries()) {
    const [lease] = leases.slice(at);
    assert.ok(lease);
    pool.pool.failed(lease, { kind: "quota", delayMs: (at + 1) * MINUTE_MS, reason });
  }
  const choice = pool.choose();
  assert.ok(choice.type === "cooling");
  assert.equal(choice.reason, "Two");
});

Deno.test("Pool keeps no step of the back-off of a rest whose length upstream said", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a");
  assert.equal(pool.written.get("a/m")?.step, 1);
  pool.clock.advance(10_000);
  pool.fail("a", { delayMs: MINUTE_MS });
  assert.equal(pool.written.get("a/m")?.step, 0);
});
