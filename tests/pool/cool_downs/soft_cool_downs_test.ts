/** What sets a soft cool-down (a transient failure, an unknown model) apart from a hard one. @module */
import assert from "node:assert/strict";
import type { Failure } from "../../../src/pool/cool_downs/failure.ts";
import { session } from "../../support/session.ts";
import { account, MODEL, TestPool } from "../../support/test_pool.ts";

const MINUTE_MS = 60_000;
const SOFT = ["transient", "unknown-model"] as const;
const HARD = ["quota", "refused"] as const;

/** Makes calls to the account "a" that begin together, and fail one after the other. */
function failTogether(pool: TestPool, failures: readonly Partial<Failure>[]): void {
  const leases = failures.map(() => pool.lease({ tried: new Set(["b"]) }));
  leases.forEach((lease, at) => {
    const failure = { kind: "quota", delayMs: undefined, reason: "" } as const;
    pool.pool.failed(lease, { ...failure, ...failures[at] });
  });
}

/** When the cool-down of "a" ends, in ms from now, and whether "a" is the last resort until then. */
function coolDownOf(pool: TestPool): readonly [leftMs: number | undefined, isLastResort?: boolean] {
  const [{ coolDown, models: [model] } = assert.fail()] = pool.pool.snapshot();
  const found = coolDown ?? model;
  if (found === undefined) return [undefined];
  return [found.untilMs - pool.clock.now(), found.isLastResort];
}

for (const kind of SOFT) {
  Deno.test(`An account with a "${kind}" cool-down is the last resort`, () => {
    const pool = new TestPool(["a", "b"]);
    pool.fail("a", { kind, delayMs: MINUTE_MS });
    assert.deepEqual(coolDownOf(pool), [MINUTE_MS, true]);
    assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "b", "b"]);
    assert.equal(pool.chosen({ tried: new Set(["b"]) }), "a");
  });

  Deno.test(`A "${kind}" cool-down is not kept, and its end is not told, however long it lasts`, () => {
    const pool = new TestPool(["a"]);
    pool.fail("a", { kind, delayMs: MINUTE_MS });
    const lease = pool.lease();
    pool.pool.succeeded(lease);
    assert.deepEqual(coolDownOf(pool), [undefined]);
    assert.deepEqual([...pool.written], []);
  });

  Deno.test(`A call that began before a "${kind}" cool-down ends it when it succeeds`, () => {
    const pool = new TestPool(["a"]);
    const early = pool.lease();
    pool.fail("a", { kind, delayMs: MINUTE_MS });
    pool.pool.succeeded(early);
    assert.deepEqual(coolDownOf(pool), [undefined]);
  });

  Deno.test(`A conversation leaves an account with a "${kind}" cool-down, however short`, () => {
    const pool = new TestPool(["a", "b"], { strategy: "cache_first" });
    const talk = { session: session("s") };
    assert.equal(pool.chosen(talk), "a");
    pool.fail("a", { kind, delayMs: 1000 }, talk);
    // By then "a" is as good as any other, but it is not its turn.
    pool.clock.advance(1000);
    assert.equal(pool.chosen(talk), "b");
  });

  Deno.test(`A "${kind}" cool-down is prolonged by its kind, and not shortened`, () => {
    const pool = new TestPool(["a"]);
    failTogether(pool, [{ kind, delayMs: 10_000 }, { kind, delayMs: MINUTE_MS }]);
    assert.deepEqual(coolDownOf(pool), [MINUTE_MS, true]);
    failTogether(pool, [{ kind, delayMs: 10_000 }]);
    assert.deepEqual(coolDownOf(pool), [MINUTE_MS, true]);
  });

  for (const hard of HARD) {
    Deno.test(`A "${kind}" cool-down begins once a "${hard}" one is over, and not before`, () => {
      const pool = new TestPool(["a", "b"]);
      failTogether(pool, [{ kind: hard, delayMs: 10_000 }]);
      pool.clock.advance(10_000);
      // Only a cool-down of the same extent can stand in the way: that of the model, or of the account.
      failTogether(pool, [{ kind: hard, delayMs: 5000 }, { kind, delayMs: MINUTE_MS }]);
      assert.equal(coolDownOf(pool)[1], false);
      pool.clock.advance(5000);
      failTogether(pool, [{ kind, delayMs: MINUTE_MS }]);
      const [{ models: [own] } = assert.fail()] = pool.pool.snapshot();
      assert.equal(own?.model, MODEL);
      assert.equal(own.isLastResort, true);
      assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "b", "b"]);
    });
  }
}

for (const kind of HARD) {
  Deno.test(`An account with a "${kind}" cool-down is not asked, not even as the last resort`, () => {
    const pool = new TestPool(["a", "b"]);
    pool.fail("a", { kind, delayMs: MINUTE_MS });
    assert.deepEqual(coolDownOf(pool), [MINUTE_MS, false]);
    assert.equal(pool.chosen({ tried: new Set(["b"]) }), "tried");
  });

  Deno.test(`A "${kind}" cool-down is kept`, () => {
    const pool = new TestPool(["a"]);
    pool.fail("a", { kind, delayMs: MINUTE_MS });
    assert.deepEqual([...pool.written.values()].map((row) => row?.kind), [kind]);
  });

  Deno.test(`A call that began before a "${kind}" cool-down does not end it`, () => {
    const pool = new TestPool(["a"]);
    const early = pool.lease();
    pool.fail("a", { kind, delayMs: MINUTE_MS });
    pool.pool.succeeded(early);
    assert.deepEqual(coolDownOf(pool), [MINUTE_MS, false]);
  });
}

Deno.test("A conversation stays with an account whose quota is back in a moment", () => {
  const pool = new TestPool(["a", "b"], { strategy: "cache_first" });
  const talk = { session: session("s") };
  assert.equal(pool.chosen(talk), "a");
  pool.fail("a", { kind: "quota", delayMs: 1000 }, talk);
  pool.clock.advance(1000);
  assert.equal(pool.chosen(talk), "a");
});

Deno.test("A call that tried one of two busy accounts waits for the other one", () => {
  const accounts = ["a", "b"].map((id) => account(id, { maxConcurrent: 1 }));
  const pool = new TestPool([...accounts, "c"]);
  for (let calls = 0; calls < 2; calls++) pool.lease({ tried: new Set(["c"]) });
  assert.equal(pool.chosen({ tried: new Set(["a", "c"]) }), "busy");
  assert.equal(pool.chosen({ tried: new Set(["a", "b", "c"]) }), "tried");
});

Deno.test("A call waits for a busy account though it tried one that is not, or is not there any more", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 1 }), "b"]);
  pool.lease({ tried: new Set(["b"]) });
  assert.equal(pool.chosen({ tried: new Set(["b", "gone"]) }), "busy");
  pool.fail("b", { delayMs: 1000 });
  assert.equal(pool.chosen({ tried: new Set(["b", "gone"]) }), "busy");
});

Deno.test("A soft cool-down takes the place of another soft one, where an account has as many as it may", () => {
  const pool = new TestPool(["a"]);
  for (let nth = 0; nth < 65; nth++) {
    pool.fail("a", { kind: "unknown-model", delayMs: MINUTE_MS + nth }, { model: `m${nth}` });
  }
  const [{ models } = assert.fail()] = pool.pool.snapshot();
  assert.equal(models.length, 64);
  const known = new Set(models.map(({ model }) => model));
  assert.deepEqual(["m0", "m1", "m64"].map((model) => known.has(model)), [false, true, true]);
});
