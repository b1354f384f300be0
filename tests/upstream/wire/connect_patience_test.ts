/** How long a connection is waited for, round by round. @module */
import assert from "node:assert/strict";
import { ConnectPatience } from "../../../src/upstream/wire/connect_patience.ts";

/** The round that ends the wait. `reached` tells how many connections there are after a round. */
function lastRound(patience: ConnectPatience, reached: (round: number) => number): number {
  for (let round = 1; round < 1000; round++) if (patience.endsWith(reached(round))) return round;
  assert.fail("The wait has no end");
}

Deno.test("ConnectPatience ends soon where no connection comes about, and calls the server silent", () => {
  const patience = new ConnectPatience(7);
  assert.equal(lastRound(patience, () => 7), 4);
  assert.equal(patience.isServerSilent, true);
});

Deno.test("ConnectPatience waits on while other connections come about, and does not wait for ever", () => {
  const patience = new ConnectPatience(0);
  assert.equal(lastRound(patience, (round) => round), 20);
  assert.equal(patience.isServerSilent, false);
});

Deno.test("ConnectPatience counts the rounds without a connection anew after each connection", () => {
  const patience = new ConnectPatience(0);
  assert.equal(lastRound(patience, (round) => round < 3 ? 0 : 1), 3 + 4);
  assert.equal(patience.isServerSilent, false);
});
