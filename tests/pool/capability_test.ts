/** Accounts that lack what a call needs are not asked. @module */
import assert from "node:assert/strict";
import { AccountQueues } from "../../src/pool/queues/account_queues.ts";
import { Member } from "../../src/pool/member.ts";
import type { PoolAccount } from "../../src/pool/pool_account.ts";
import type { Capability } from "../../src/pool/capability.ts";
import type { PoolRequest } from "../../src/pool/selection.ts";
import { strategyNamed } from "../../src/pool/strategy.ts";
import { account, TestPool } from "../support/test_pool.ts";

/** An account of a kind that serves everything but the counting of tokens. */
const CANNOT_COUNT = {
  serves: ({ method }: Pick<Capability, "method">) => method !== "countTokens",
};

function requestFor(method: Capability["method"], model: string) {
  return { capability: { method, model }, cooldownKey: model };
}

/** The account for a method, or what came instead. */
function chosenFor({ pool }: TestPool, request: Partial<PoolRequest>): string {
  const counting = requestFor("countTokens", "m");
  const choice = pool.choose({ ...counting, tried: new Set(), patienceUntilMs: 0, ...request });
  if (choice.type !== "account") return choice.type;
  choice.lease[Symbol.dispose]();
  return choice.lease.accountId;
}

Deno.test("A pool does not choose accounts that lack the capability, nor their conversations' own", () => {
  const pool = new TestPool(["a", account("b", { ...CANNOT_COUNT, priority: 9 })]);
  assert.equal(pool.chosen(), "b");
  for (let count = 0; count < 3; count++) assert.equal(chosenFor(pool, {}), "a");
  assert.equal(chosenFor(pool, { tried: new Set(["a"]) }), "tried");
});

Deno.test("A pool says unserved where no account has the capability, and empty where there is none", () => {
  const pool = new TestPool([account("b", CANNOT_COUNT)]);
  assert.equal(chosenFor(pool, {}), "unserved");
  pool.set([]);
  assert.equal(chosenFor(pool, {}), "empty");
});

Deno.test("A cool-down of a key holds for every capability of that key", () => {
  const pool = new TestPool([account("a"), account("b", CANNOT_COUNT)]);
  pool.fail("a", { delayMs: 60_000 });
  assert.equal(pool.chosen(), "b");
  assert.equal(chosenFor(pool, {}), "cooling");
  assert.equal(chosenFor(pool, { cooldownKey: "other" }), "a");
});

function queuesOf(accounts: readonly PoolAccount[]): AccountQueues {
  const queues = new AccountQueues(strategyNamed("balance"));
  queues.reset(accounts.map((one) => new Member(one)));
  return queues;
}

Deno.test("Methods that every account serves share one queue, whichever models are named", () => {
  const queues = queuesOf([account("a"), account("b", CANNOT_COUNT)]);
  const common = queues.for(requestFor("generateContent", "m"), 0);
  assert.equal(queues.for(requestFor("streamGenerateContent", "n"), 0), common);
  const counting = queues.for(requestFor("countTokens", "m"), 0);
  assert.deepEqual([common.size, counting.size], [2, 1]);
  assert.equal(queues.for(requestFor("countTokens", "m"), 0), counting);
  assert.notEqual(queues.for(requestFor("countTokens", "n"), 0), counting);
});

Deno.test("A key that is set apart has queues by capability, and other accounts are looked at again", () => {
  const queues = queuesOf([account("a"), account("b", CANNOT_COUNT)]);
  queues.setApart("m");
  const [generating, counting] = (["generateContent", "countTokens"] as const)
    .map((method) => queues.for(requestFor(method, "m"), 0).size);
  assert.deepEqual([generating, counting], [2, 1]);
  queues.reset([new Member(account("a"))]);
  const common = queues.for(requestFor("generateContent", "n"), 0);
  assert.equal(queues.for(requestFor("countTokens", "n"), 0), common);
});
