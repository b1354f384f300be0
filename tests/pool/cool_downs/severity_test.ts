/** Which of two rests counts, and which ones room is made by. @module */
import assert from "node:assert/strict";
import type { Failure } from "../../../src/pool/cool_downs/failure.ts";
import { account, MODEL, TestPool } from "../../support/test_pool.ts";

const MINUTE_MS = 60_000;

Deno.test("failed() lets a quota's rest take the place of a soft one, and no soft one that of a quota's", () => {
  const soft = { kind: "transient", reason: "Overloaded" } as const;
  const hard = { kind: "quota", reason: "Quota" } as const;
  const cases: readonly (readonly Omit<Failure, "quota">[])[] = [
    [{ ...soft, delayMs: 60_000 }, { ...hard, delayMs: undefined }],
    [{ ...soft, delayMs: undefined }, { ...hard, delayMs: undefined }],
    [{ ...soft, delayMs: 60_000 }, { ...hard, delayMs: 10_000 }],
    [{ ...hard, delayMs: 10_000 }, { ...soft, delayMs: 60_000 }],
  ];
  for (const failures of cases) {
    const pool = new TestPool(["a"]);
    const leases = failures.map(() => pool.lease());
    leases.forEach((lease, at) => {
      const [failure = assert.fail()] = failures.slice(at);
      pool.pool.failed(lease, failure);
    });
    const choice = pool.choose();
    assert.ok(choice.type === "cooling" || choice.type === "wait");
    assert.equal(choice.untilMs, pool.clock.now() + 10_000);
  }
});

Deno.test("choose() counts the more severe of two rests, however much longer the other one lasts", () => {
  const pool = new TestPool(["a"]);
  const leases = [pool.lease(), pool.lease()];
  for (const [at, kind] of (["transient", "refused"] as const).entries()) {
    const [lease] = leases.slice(at);
    assert.ok(lease);
    pool.pool.failed(lease, { kind, delayMs: at === 0 ? MINUTE_MS : 30_000, reason: kind });
  }
  assert.equal(pool.chosen(), "refused");
});

Deno.test("choose() asks the only account again while another call finds out whether its failure was transient", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { kind: "transient" });
  pool.clock.advance(1000);
  pool.lease();
  assert.equal(pool.chosen(), "a");
});

Deno.test("choose() does not wait for a tried account with a transient failure", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a", { kind: "transient" });
  assert.equal(pool.chosen({ tried: new Set(["a"]) }), "tried");
});

Deno.test("choose() waits for no account that is busy and was tried", () => {
  const pool = new TestPool([account("a", { maxConcurrent: 1 }), "b"]);
  while (pool.lease().accountId !== "a");
  assert.equal(pool.chosen({ tried: new Set(["a", "b"]) }), "tried");
  assert.equal(pool.chosen({ tried: new Set(["b"]) }), "busy");
});

/** Fails calls for so many models, each of which then rests for a minute. */
function failMany(pool: TestPool, count: number, settings: Partial<Failure> = {}): void {
  for (let nth = 0; nth < count; nth++) {
    pool.fail("a", { delayMs: MINUTE_MS, ...settings }, { model: `many-${nth}` });
  }
}

Deno.test("Pool makes room for one more rest by what is over, rather than by a soft one", () => {
  const pool = new TestPool(["a"]);
  failMany(pool, 63, { delayMs: 1000 });
  pool.fail("a", { kind: "unknown-model", delayMs: 3_600_000 }, { model: "soft" });
  pool.clock.advance(1000);
  pool.fail("a", { delayMs: MINUTE_MS }, { model: "more" });
  const [{ models } = assert.fail()] = pool.pool.snapshot();
  assert.deepEqual(models.map(({ model }) => model).toSorted(), ["more", "soft"]);
});

Deno.test("Pool makes room for one more rest by a soft one, rather than by what a back-off remembers", () => {
  const pool = new TestPool(["a"]);
  pool.fail("a");
  pool.clock.advance(10_000);
  failMany(pool, 62);
  pool.fail("a", { kind: "unknown-model", delayMs: 3_600_000 }, { model: "soft" });
  pool.fail("a", { delayMs: MINUTE_MS }, { model: "more" });
  pool.fail("a");
  const [{ models } = assert.fail()] = pool.pool.snapshot();
  const own = models.find(({ model }) => model === MODEL);
  assert.equal(own?.untilMs, pool.clock.now() + 20_000);
});

Deno.test("Pool makes room for one more rest by none that a call finds out about, however long that takes", () => {
  for (const durationMs of [0, 120 * MINUTE_MS]) {
    const pool = new TestPool(["a"]);
    pool.fail("a");
    pool.clock.advance(10_000);
    pool.lease();
    pool.clock.advance(durationMs);
    failMany(pool, 64);
    assert.equal(pool.chosen(), "busy");
  }
});

Deno.test("Pool makes room for one more rest by none of the whole account", () => {
  const pool = new TestPool(["a"]);
  const leases = Array.from({ length: 66 }, (_, nth) => pool.lease({ model: `many-${nth}` }));
  leases.forEach((lease, nth) => {
    const kind = nth === 0 ? "refused" : "quota";
    pool.pool.failed(lease, { kind, delayMs: (30 + nth) * 1000, reason: kind });
  });
  assert.equal(pool.chosen({ model: "other" }), "refused");
});

Deno.test("choose() takes the account of a higher priority of two that fail transiently together", () => {
  for (const priority of [-1, 1]) {
    const pool = new TestPool([account("a"), account("b", { priority })]);
    for (const id of ["a", "b"]) pool.fail(id, { kind: "transient" });
    assert.equal(pool.chosen(), priority > 0 ? "b" : "a");
  }
});
