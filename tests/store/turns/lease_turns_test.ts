/** Turns that are leases in a store. @module */
import assert from "node:assert/strict";
import { leaseTurns } from "../../../src/store/turns/lease_turns.ts";
import { encodeValue } from "../../../src/store/database/stored_value.ts";
import { within } from "../../support/deadline.ts";
import { memoryDatabase } from "../../support/memory_database.ts";

const LIMIT_MS = 30_000;
const KEY = ["v1", "turn", "one"];

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("leaseTurns() gives one turn at a time, to many gateways, and none is left behind", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  let atOnce = 0;
  await Promise.all(Array.from({ length: 8 }, async () => {
    await using _turn = await leaseTurns(database)("one");
    atOnce++;
    assert.equal(atOnce, 1);
    await pause(5);
    atOnce--;
  }));
  assert.deepEqual(await database.list(["v1", "turn"]), []);
});

Deno.test("leaseTurns() keeps no gateway from another account's turn", async () => {
  using memory = await memoryDatabase();
  await using _one = await leaseTurns(memory.database)("one");
  await using _two = await leaseTurns(memory.database)("two");
});

Deno.test("leaseTurns() waits for a holder that renews its lease, however long that takes", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const order: string[] = [];
  // A lease of a second is renewed every third of it: time enough for a busy machine.
  const turn = await leaseTurns(database, { leaseMs: 1000 })("one");
  const waiting = leaseTurns(database, { leaseMs: 1000 })("one").then((turn) => {
    order.push("taken");
    return turn;
  });
  await pause(2500);
  order.push("given back");
  await turn[Symbol.asyncDispose]();
  await (await within(LIMIT_MS, waiting, { what: "The turn" }))[Symbol.asyncDispose]();
  assert.deepEqual(order, ["given back", "taken"]);
});

Deno.test("leaseTurns() takes the turn of a holder that renews it no more, and not before its time", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  await database.commit((transaction) =>
    transaction.set(KEY, encodeValue({ holder: "a dead one" }))
  );
  const startMs = performance.now();
  const waiting = leaseTurns(database, { leaseMs: 300 })("one");
  await using _turn = await within(LIMIT_MS, waiting, { what: "The turn" });
  assert.ok(performance.now() - startMs >= 300);
});

Deno.test("leaseTurns() leaves a turn alone that another gateway took over meanwhile", async () => {
  using memory = await memoryDatabase();
  const { database } = memory;
  const slept = await leaseTurns(database, { leaseMs: 60_000 })("one");
  await database.commit((transaction) => transaction.set(KEY, encodeValue({ holder: "another" })));
  await slept[Symbol.asyncDispose]();
  assert.deepEqual((await database.get(KEY)).value, { holder: "another" });
});
