/** When rests end, whatever the clocks do; who is told what while an account is refused. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type KeptCoolDown, remainingMs } from "../../src/pool/cool_downs/cool_down.ts";
import type { StrategyName } from "../../src/pool/strategy.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { session } from "../support/session.ts";
import { MODEL, TestPool } from "../support/test_pool.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const KEPT = {
  accountId: "a",
  cooldownKey: MODEL,
  kind: "quota",
  reason: "Theirs",
  step: 0,
} as const;

/** The rests that a pool wrote, for the next one. */
function keptBy(pool: TestPool): readonly KeptCoolDown[] {
  return [...pool.written.values()].filter((row) => row !== undefined);
}

function untilOf(pool: TestPool): number {
  return pool.pool.snapshot()[0]?.models[0]?.untilMs ?? assert.fail("Nothing rests");
}

Deno.test("A rest ends by the monotonic clock when the wall clock is set back", () => {
  for (const byMs of [-MINUTE_MS, -HOUR_MS, -1500 * DAY_MS]) {
    const pool = new TestPool(["a"]);
    pool.fail("a", { delayMs: MINUTE_MS });
    pool.clock.set(byMs);
    pool.clock.advance(MINUTE_MS - 1);
    assert.notEqual(pool.chosen(), "a");
    pool.clock.advance(1);
    assert.equal(pool.chosen(), "a");
  }
});

Deno.test("A rest ends by the wall clock when that runs on while the machine sleeps", () => {
  for (const byMs of [MINUTE_MS, HOUR_MS]) {
    const pool = new TestPool(["a"]);
    pool.fail("a", { delayMs: MINUTE_MS });
    pool.clock.advance(SECOND_MS);
    assert.equal(pool.chosen(), "cooling");
    pool.clock.set(byMs - 2 * SECOND_MS);
    assert.equal(pool.chosen(), byMs === MINUTE_MS ? "wait" : "a");
    pool.clock.set(SECOND_MS);
    assert.equal(pool.chosen(), "a");
    // What is over stays over.
    pool.clock.set(-byMs);
    assert.equal(pool.chosen(), "a");
  }
});

Deno.test("A rest that goes on by both clocks goes on when the wall clock comes back from a step", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { delayMs: 2 * HOUR_MS });
  pool.clock.set(HOUR_MS);
  assert.equal(pool.chosen(), "cooling");
  pool.clock.set(-HOUR_MS);
  pool.clock.advance(HOUR_MS + MINUTE_MS);
  assert.equal(pool.chosen(), "cooling");
  pool.clock.advance(59 * MINUTE_MS);
  assert.equal(pool.chosen(), "a");
});

Deno.test("A rest never lasts longer than was said, nor ends before a clock says so", () => {
  const events = fc.array(
    fc.record({ isStep: fc.boolean(), ms: fc.integer({ min: -5 * HOUR_MS, max: 5 * HOUR_MS }) }),
    { maxLength: 20 },
  );
  fc.assert(fc.property(fc.integer({ min: 1, max: HOUR_MS }), events, (lengthMs, events) => {
    const pool = new TestPool(["a"]);
    const { clock } = pool;
    pool.fail("a", { delayMs: lengthMs });
    const endMs = clock.elapsed() + lengthMs;
    const wallEndMs = clock.now() + lengthMs;
    let wasOver = false;
    for (const { isStep, ms } of events) {
      if (isStep) clock.set(ms);
      else clock.advance(Math.abs(ms) / 100);
      const isOver = pool.chosen() === "a";
      if (wasOver || clock.elapsed() >= endMs) assert.ok(isOver);
      // A step of less than a second does not count.
      else if (clock.now() - wallEndMs >= SECOND_MS) assert.ok(isOver);
      else if (clock.now() < wallEndMs - SECOND_MS) assert.ok(!isOver);
      wasOver = isOver;
    }
  }));
});

Deno.test("snapshot() tells the end of a rest by the wall clock as it is", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { delayMs: HOUR_MS });
  pool.clock.set(-DAY_MS);
  assert.equal(untilOf(pool), pool.clock.now() + HOUR_MS);
  pool.clock.set(DAY_MS + MINUTE_MS);
  assert.equal(untilOf(pool), pool.clock.now() + HOUR_MS - MINUTE_MS);
});

Deno.test("A kept rest goes on for what is left of it by the wall clock", () => {
  const before = new TestPool(["a"]);
  before.fail("a", { delayMs: HOUR_MS });
  const [row] = keptBy(before);
  assert.deepEqual([row?.startMs, row?.lengthMs], [before.clock.now(), HOUR_MS]);
  for (const [goneMs, leftMs] of [[0, HOUR_MS], [40 * MINUTE_MS, 20 * MINUTE_MS]] as const) {
    const clock = new FakeClock();
    clock.set(goneMs);
    const after = new TestPool(["a"], { kept: keptBy(before), clock });
    assert.equal(untilOf(after), clock.now() + leftMs);
    clock.advance(leftMs - 1);
    assert.notEqual(after.chosen(), "a");
    clock.advance(1);
    assert.equal(after.chosen(), "a");
  }
});

Deno.test("A kept rest that began in the future by a clock that was ahead is over, and kept no longer", () => {
  const before = new TestPool(["a"]);
  before.clock.set(1500 * DAY_MS);
  before.fail("a", { delayMs: MINUTE_MS });
  const after = new TestPool(["a"], { kept: keptBy(before) });
  assert.equal(after.chosen(), "a");
  assert.deepEqual([...after.written], [["a/m", undefined]]);
});

Deno.test("remainingMs() forgives a start of 5 s ahead, and never gives more than the whole", () => {
  const row = { startMs: 1_000_000, lengthMs: MINUTE_MS };
  const left = [-5001, -5000, -1, 0, 1, 59_999, 60_000, 60_001, 1500 * DAY_MS]
    .map((sinceMs) => remainingMs(row, row.startMs + sinceMs));
  assert.deepEqual(left, [0, 60_000, 60_000, 60_000, 59_999, 1, 0, 0, 0]);
});

Deno.test("A kept rest is taken for 31 days at most, whatever an older version wrote", () => {
  const most = 31 * DAY_MS;
  for (const lengthMs of [most + 1, 1e16, 1e303]) {
    const pool = new TestPool(["a"]);
    const row = { ...KEPT, startMs: pool.clock.now(), lengthMs };
    assert.equal(remainingMs(row, row.startMs + DAY_MS), 30 * DAY_MS);
    pool.pool.adopt(row);
    assert.equal(untilOf(pool), pool.clock.now() + most);
    const after = new TestPool(["a"], { kept: [row] });
    assert.ok(untilOf(after) <= after.clock.now() + most);
  }
});

Deno.test("adopt() counts what another gateway writes from its arrival, whatever its clock says", () => {
  for (const aheadMs of [0, 1500 * DAY_MS, -1500 * DAY_MS]) {
    const pool = new TestPool(["a"]);
    const row = { ...KEPT, startMs: pool.clock.now() + aheadMs, lengthMs: MINUTE_MS };
    pool.pool.adopt(row);
    pool.clock.advance(MINUTE_MS - 1);
    assert.notEqual(pool.chosen(), "a");
    // It is told again, or read anew: that is no other rest.
    pool.pool.adopt(row);
    pool.pool.adoptOld(row);
    pool.clock.advance(1);
    assert.equal(pool.chosen(), "a");
    pool.pool.adopt(row);
    assert.equal(pool.chosen(), "a");
    // The next one is.
    pool.pool.adopt({ ...row, startMs: row.startMs + MINUTE_MS });
    assert.notEqual(pool.chosen(), "a");
  }
});

Deno.test("adopt() takes its own rest for no other one when it reads what it wrote", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { delayMs: MINUTE_MS });
  pool.clock.advance(SECOND_MS);
  for (const row of keptBy(pool)) pool.pool.adopt(row);
  assert.equal(untilOf(pool), pool.clock.now() + 59 * SECOND_MS);
});

Deno.test("adoptOld() takes up what is left of a rest, and nothing of one from the future", () => {
  const pool = new TestPool(["a"]);
  const nowMs = pool.clock.now();
  pool.pool.adoptOld({ ...KEPT, startMs: nowMs + 6 * SECOND_MS, lengthMs: MINUTE_MS });
  assert.equal(pool.chosen(), "a");
  pool.pool.adoptOld({ ...KEPT, startMs: nowMs - 40 * SECOND_MS, lengthMs: MINUTE_MS });
  assert.equal(untilOf(pool), nowMs + 20 * SECOND_MS);
});

Deno.test("choose() says at once what the only account was refused with, until it asks again", () => {
  const refusal = { code: 403, status: "PERMISSION_DENIED", details: [] };
  const strategies: readonly StrategyName[] = ["balance", "cache_first", "performance_first"];
  for (const strategy of strategies) {
    const pool = new TestPool(["a"], { strategy });
    const request = { session: session("s"), isContinuation: true };
    pool.fail("a", { kind: "refused", reason: "Not you", refusal }, request);
    const refused = { type: "refused", reason: "Not you", refusal };
    for (const leftMs of [30_000, 1000]) {
      // However near its end is, nobody waits for it.
      assert.deepEqual(pool.choose(request), refused, strategy);
      assert.deepEqual(pool.choose({ ...request, tried: new Set(["a"]) }), refused, strategy);
      pool.clock.advance(leftMs === 30_000 ? 29_000 : leftMs);
    }
    const probe = pool.lease(request);
    // One call asks again; the others do not wait to hear what it hears.
    assert.deepEqual(pool.choose(request), refused, strategy);
    pool.pool.succeeded(probe);
    probe[Symbol.dispose]();
    assert.equal(pool.chosen(request), "a", strategy);
  }
});

Deno.test("choose() says when to come back while one account rests for its quota, whoever is refused", () => {
  const pool = new TestPool(["a", "b", "c"]);
  pool.fail("a", { kind: "refused", reason: "Not you" });
  pool.fail("b", { kind: "quota", delayMs: HOUR_MS, reason: "Spent" });
  pool.fail("c", { kind: "refused", delayMs: SECOND_MS, reason: "Nor you" });
  const untilMs = pool.clock.elapsed() + HOUR_MS;
  assert.deepEqual(pool.choose(), { type: "cooling", untilMs, reason: "Spent" });
});

Deno.test("A kept refusal says after a restart what it said before", () => {
  const before = new TestPool(["a"]);
  const refusal = { code: 400, status: "FAILED_PRECONDITION" };
  before.fail("a", { kind: "refused", reason: "Not there", refusal });
  const after = new TestPool(["a"], { kept: keptBy(before) });
  assert.deepEqual(after.choose(), { type: "refused", reason: "Not there", refusal });
});

Deno.test("Models that nobody knows drive out no quota's rest, however many clients make up", () => {
  const pool = new TestPool(["a"]);
  for (let nth = 0; nth < 60; nth++) {
    pool.fail("a", { delayMs: 10 * SECOND_MS }, { model: `spent-${nth}` });
  }
  for (let nth = 0; nth < 500; nth++) {
    pool.fail("a", { kind: "unknown-model" }, { model: `made-up-${nth}` });
  }
  for (let nth = 0; nth < 60; nth++) {
    assert.equal(pool.chosen({ model: `spent-${nth}` }), "cooling");
  }
  // Those that nobody knows give way to quotas, although they would be back later.
  for (let nth = 60; nth < 64; nth++) {
    pool.fail("a", { delayMs: 10 * SECOND_MS }, { model: `spent-${nth}` });
  }
  for (let nth = 0; nth < 64; nth++) {
    assert.equal(pool.chosen({ model: `spent-${nth}` }), "cooling");
  }
  pool.fail("a", { kind: "unknown-model" }, { model: "made-up" });
  for (let nth = 0; nth < 64; nth++) {
    assert.equal(pool.chosen({ model: `spent-${nth}` }), "cooling");
  }
  assert.equal(pool.pool.snapshot()[0]?.models.length, 64);
});
