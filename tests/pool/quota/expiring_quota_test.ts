/** The strategy that uses first what would be lost first. @module */
import assert from "node:assert/strict";
import type { QuotaStatement } from "../../../src/pool/quota/quota_statement.ts";
import { Quotas } from "../../../src/pool/quota/quotas.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { session } from "../../support/session.ts";
import { account, MODEL, TestPool } from "../../support/test_pool.ts";

const S = { session: session("s") };

/** A pool whose accounts have stated quotas, by the hours until these are lost. */
function withQuotas(hours: Readonly<Record<string, number>>) {
  const clock = new FakeClock();
  const quotas = new Quotas({ clock, sink: { put() {}, delete() {} } });
  const pool = new TestPool(Object.keys(hours), {
    strategy: "use_first_what_expires",
    clock,
    quotas,
  });
  quotas.onChange = (id) => pool.pool.offersChanged(id);
  const state = (id: string, inHours: number, changes: Partial<QuotaStatement> = {}) =>
    quotas.state(id, [{
      model: MODEL,
      window: "day",
      unit: "requests",
      leftFraction: 0.5,
      resetsAtMs: clock.now() + inHours * 3_600_000,
      ...changes,
    }]);
  for (const [id, inHours] of Object.entries(hours)) {
    if (Number.isFinite(inHours)) state(id, inHours);
  }
  return { clock, quotas, pool, state };
}

Deno.test("use_first_what_expires prefers the account whose quota is lost first", () => {
  const { pool, state } = withQuotas({ a: Infinity, b: 20, c: 2 });
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["c", "c", "c"]);
  state("b", 1);
  assert.equal(pool.chosen(), "b");
});

Deno.test("use_first_what_expires goes by the model that is called", () => {
  const { pool, state } = withQuotas({ a: 3, b: 20 });
  state("b", 1, { model: "other" });
  assert.equal(pool.chosen(), "a");
  assert.equal(pool.chosen({ model: "other" }), "b");
});

Deno.test("use_first_what_expires leaves an account of which nothing is left, and one that was reset", () => {
  const { clock, pool, state } = withQuotas({ a: 1, b: 5 });
  state("b", 5, { leftFraction: 0 });
  state("a", 1, { leftFraction: 0 });
  assert.deepEqual(new Set([1, 2].map(() => pool.chosen())), new Set(["a", "b"]));
  state("b", 5);
  assert.equal(pool.chosen(), "b");
  clock.advance(5 * 3_600_000 + 1);
  assert.deepEqual(new Set([1, 2].map(() => pool.chosen())), new Set(["a", "b"]));
});

Deno.test("use_first_what_expires keeps priorities and conversations, and takes turns where nothing is known", () => {
  const { pool, state } = withQuotas({ a: Infinity, b: Infinity });
  assert.deepEqual(new Set([1, 2].map(() => pool.chosen())), new Set(["a", "b"]));
  state("a", 1);
  assert.equal(pool.chosen(S), "a");
  state("b", 0.5);
  assert.deepEqual([pool.chosen(S), pool.chosen()], ["a", "b"]);
  pool.set([account("a", { priority: 1 }), account("b")]);
  assert.equal(pool.chosen(), "a");
});

Deno.test("use_first_what_expires moves on when an account refuses a call for its quota", () => {
  const { pool } = withQuotas({ a: 1, b: 5 });
  pool.fail("a", { delayMs: 3_600_000 });
  assert.equal(pool.chosen(), "b");
});

Deno.test("Other strategies do not go by quotas", () => {
  const { pool } = withQuotas({ a: 1, b: 5 });
  pool.pool.change({ strategy: "balance", maxWaiting: 1 });
  assert.deepEqual(new Set([1, 2].map(() => pool.chosen())), new Set(["a", "b"]));
  pool.pool.change({ strategy: "use_first_what_expires", maxWaiting: 1 });
  assert.deepEqual([1, 2].map(() => pool.chosen()), ["a", "a"]);
});
