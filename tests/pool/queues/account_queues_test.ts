/** How many queues there are, and for which models. @module */
import assert from "node:assert/strict";
import { AccountQueues } from "../../../src/pool/queues/account_queues.ts";
import { Member } from "../../../src/pool/member.ts";
import type { PoolAccount } from "../../../src/pool/pool_account.ts";
import { strategyNamed } from "../../../src/pool/strategy.ts";
import { account, ofModel } from "../../support/test_pool.ts";

function queuesOf(accounts: readonly PoolAccount[]): AccountQueues {
  const queues = new AccountQueues(strategyNamed("balance"));
  queues.reset(accounts.map((one) => new Member(one)));
  return queues;
}

Deno.test("AccountQueues has one queue for all models that nothing sets apart", () => {
  const queues = queuesOf([account("a"), account("b")]);
  const common = queues.for(ofModel("m"), 0);
  assert.equal(queues.for(ofModel("n"), 0), common);
  queues.setApart("n");
  assert.notEqual(queues.for(ofModel("n"), 0), common);
  assert.equal(queues.for(ofModel("n"), 0), queues.for(ofModel("n"), 0));
  assert.equal(queues.for(ofModel("m"), 0), common);
});

Deno.test("AccountQueues has a queue for each model where accounts do not serve all", () => {
  const queues = queuesOf([account("a"), account("b", { serves: ({ model }) => model === "m" })]);
  assert.deepEqual(["m", "n"].map((model) => queues.for(ofModel(model), 0).size), [2, 1]);
});

Deno.test("Lanes holds a bounded number of them, however many models clients name", () => {
  const queues = queuesOf([account("a")]);
  const models = Array.from({ length: 33 }, (_, nth) => `m${nth}`);
  for (const model of models) queues.setApart(model);
  const made = new Map(models.map((model) => [model, queues.for(ofModel(model), 0)]));
  // The one that was used longest ago had to go.
  for (const model of models.slice(1)) assert.equal(queues.for(ofModel(model), 0), made.get(model));
  assert.notEqual(queues.for(ofModel("m0"), 0), made.get("m0"));
});

Deno.test("Lanes lets the one go that was used longest ago, not the one that was made first", () => {
  const queues = queuesOf([account("a")]);
  for (let nth = 0; nth < 33; nth++) queues.setApart(`m${nth}`);
  const made = Array.from({ length: 32 }, (_, nth) => queues.for(ofModel(`m${nth}`), 0));
  queues.for(ofModel("m0"), 0);
  queues.for(ofModel("m32"), 0);
  assert.equal(queues.for(ofModel("m0"), 0), made[0]);
  assert.notEqual(queues.for(ofModel("m1"), 0), made[1]);
});

Deno.test("AccountQueues makes each queue again after a look at the clocks, and with other accounts", () => {
  const queues = queuesOf([account("a")]);
  queues.setApart("n");
  const [common, own] = ["m", "n"].map((model) => queues.for(ofModel(model), 0));
  queues.lookAgain();
  assert.notEqual(queues.for(ofModel("m"), 0), common);
  assert.notEqual(queues.for(ofModel("n"), 0), own);
  queues.reset([new Member(account("b"))]);
  assert.equal(queues.for(ofModel("n"), 0), queues.for(ofModel("m"), 0));
});

Deno.test("Lanes forgets the model that was set apart first, after a thousand", () => {
  const queues = queuesOf([account("a")]);
  const common = queues.for(ofModel("m0"), 0);
  for (let nth = 0; nth < 1025; nth++) queues.setApart(`m${nth}`);
  assert.equal(queues.for(ofModel("m0"), 0), common);
  assert.notEqual(queues.for(ofModel("m1"), 0), common);
});
