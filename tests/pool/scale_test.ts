/**
 * A pool of 10,000 accounts: what a choice costs is counted in comparisons, since a busy machine tells
 * nothing by its time.
 *
 * @module
 */
import assert from "node:assert/strict";
import { assertLinear } from "../support/assert_linear.ts";
import type { KeptCoolDown } from "../../src/pool/cool_downs/cool_down.ts";
import type { StrategyName } from "../../src/pool/strategy.ts";
import { session } from "../support/session.ts";
import { account, TestPool } from "../support/test_pool.ts";

const ACCOUNTS = 10_000;

/** How often accounts were looked at, told by how often the choice asked for their priority. */
let looks = 0;

function makePool(strategy: StrategyName): TestPool {
  const accounts = Array.from({ length: ACCOUNTS }, (_, nth) => {
    const one = account(`account ${nth}`, { weight: 1 + nth % 3, maxConcurrent: 4 });
    return Object.defineProperty({ ...one }, "priority", {
      get() {
        looks++;
        return 0;
      },
    });
  });
  return new TestPool(accounts, { strategy });
}

/** The most accounts that one of these calls looked at. */
function mostLooks(calls: number, call: (nth: number) => void): number {
  let most = 0;
  for (let nth = 0; nth < calls; nth++) {
    looks = 0;
    call(nth);
    most = Math.max(most, looks);
  }
  return most;
}

for (const strategy of ["balance", "cache_first", "performance_first"] as const) {
  Deno.test(`choose() of ${strategy} looks at few of 10,000 accounts, whatever most of them do`, () => {
    const pool = makePool(strategy);
    pool.chosen();
    const bound = 400;
    const conversations = (nth: number) => ({ session: session(`s${nth % 500}`) });
    assert.ok(mostLooks(2000, (nth) => pool.lease(conversations(nth))[Symbol.dispose]()) < bound);
    // One after the other rests, until none is left: each of them leaves the way for good.
    const failure = { kind: "quota", delayMs: 60_000, reason: "Quota" } as const;
    pool.pool.failed(pool.lease(), failure);
    pool.chosen();
    const most = mostLooks(ACCOUNTS - 1, (nth) => {
      pool.pool.failed(pool.lease(conversations(nth)), failure);
    });
    assert.ok(most < bound, `${most}`);
    assert.ok(mostLooks(100, () => assert.equal(pool.chosen(), "cooling")) < bound);
    assert.match(pool.chosen({ model: "another" }), /^account/);
  });
}

Deno.test("Pool takes up kept cool-downs in a time that grows with their number, however they come", () => {
  const kept: KeptCoolDown = {
    accountId: "gone",
    cooldownKey: "",
    kind: "transient",
    startMs: 0,
    lengthMs: 1000,
    reason: "",
    step: 0,
  };
  assertLinear({
    from: 4000,
    floorMs: 500,
    make: (n) => n,
    work(n) {
      const { pool } = new TestPool([]);
      for (let nth = 0; nth < n; nth++) pool.restore([kept]);
    },
  });
});
