/** How many lanes there are, and for which models. @module */
import assert from "node:assert/strict";
import { Lanes } from "../../src/pool/account_queues.ts";
import { Member } from "../../src/pool/member.ts";
import type { PoolAccount } from "../../src/pool/pool_account.ts";
import { strategyNamed } from "../../src/pool/strategy.ts";
import { account } from "../support/test_pool.ts";

function lanesOf(accounts: readonly PoolAccount[]): Lanes {
  const lanes = new Lanes(strategyNamed("balance"));
  lanes.reset(accounts.map((one) => new Member(one)));
  return lanes;
}

Deno.test("Lanes has one lane for all models that nothing sets apart", () => {
  const lanes = lanesOf([account("a"), account("b")]);
  const common = lanes.for("m", 0);
  assert.equal(lanes.for("n", 0), common);
  lanes.setApart("n");
  assert.notEqual(lanes.for("n", 0), common);
  assert.equal(lanes.for("n", 0), lanes.for("n", 0));
  assert.equal(lanes.for("m", 0), common);
});

Deno.test("Lanes has a lane for each model where accounts do not serve all", () => {
  const lanes = lanesOf([account("a"), account("b", { serves: (model) => model === "m" })]);
  assert.deepEqual(["m", "n"].map((model) => lanes.for(model, 0).size), [2, 1]);
});

Deno.test("Lanes holds a bounded number of them, however many models clients name", () => {
  const lanes = lanesOf([account("a")]);
  const models = Array.from({ length: 33 }, (_, nth) => `m${nth}`);
  for (const model of models) lanes.setApart(model);
  const made = new Map(models.map((model) => [model, lanes.for(model, 0)]));
  // The one that was used longest ago had to go.
  for (const model of models.slice(1)) assert.equal(lanes.for(model, 0), made.get(model));
  assert.notEqual(lanes.for("m0", 0), made.get("m0"));
});

Deno.test("Lanes lets the one go that was used longest ago, not the one that was made first", () => {
  const lanes = lanesOf([account("a")]);
  for (let nth = 0; nth < 33; nth++) lanes.setApart(`m${nth}`);
  const made = Array.from({ length: 32 }, (_, nth) => lanes.for(`m${nth}`, 0));
  lanes.for("m0", 0);
  lanes.for("m32", 0);
  assert.equal(lanes.for("m0", 0), made[0]);
  assert.notEqual(lanes.for("m1", 0), made[1]);
});

Deno.test("Lanes makes each of them anew after a look at the clocks, and with other accounts", () => {
  const lanes = lanesOf([account("a")]);
  lanes.setApart("n");
  const [common, own] = ["m", "n"].map((model) => lanes.for(model, 0));
  lanes.lookAgain();
  assert.notEqual(lanes.for("m", 0), common);
  assert.notEqual(lanes.for("n", 0), own);
  lanes.reset([new Member(account("b"))]);
  assert.equal(lanes.for("n", 0), lanes.for("m", 0));
});

Deno.test("Lanes forgets the model that was set apart first, after a thousand", () => {
  const lanes = lanesOf([account("a")]);
  const common = lanes.for("m0", 0);
  for (let nth = 0; nth < 1025; nth++) lanes.setApart(`m${nth}`);
  assert.equal(lanes.for("m0", 0), common);
  assert.notEqual(lanes.for("m1", 0), common);
});
