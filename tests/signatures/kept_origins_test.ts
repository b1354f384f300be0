/** The origins of signatures, after a restart and on a shared store. @module */
import assert from "node:assert/strict";
import { KeptOrigins } from "../../src/signatures/kept_origins.ts";
import { Signatures } from "../../src/signatures/signatures.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { type MemoryStore, memoryStore } from "../support/memory_database.ts";

const DAY_MS = 24 * 3_600_000;

/** A gateway that knows signatures. */
function gatewayOn(store: MemoryStore, clock: FakeClock) {
  const problems: string[] = [];
  const onProblem = (what: string, error: unknown) => void problems.push(`${what}: ${error}`);
  const keeper = store.keeper({ clock, onProblem });
  const kept = new KeptOrigins(keeper, { clock, onProblem });
  const signatures = new Signatures({ clock, ttlMs: 1000, capacity: 1_000_000, kept });
  return {
    signatures,
    problems,
    async close() {
      await kept.close();
      await keeper.close();
      assert.deepEqual(problems, []);
    },
  };
}

Deno.test("the origin of a signature is known after a restart, in either alphabet, once it is loaded", async () => {
  using store = await memoryStore();
  const clock = new FakeClock();
  const first = gatewayOn(store, clock);
  first.signatures.remember({ value: "ab+/", origin: "vertex m" });
  await first.close();
  const second = gatewayOn(store, clock);
  assert.equal(second.signatures.originOf("ab-_"), undefined);
  await second.signatures.load(["ab-_", "none"]);
  assert.equal(second.signatures.originOf("ab+/"), "vertex m");
  assert.equal(second.signatures.originOf("none"), undefined);
  assert.equal(second.signatures.load(["ab-_", "none"]), undefined, "neither is read again");
  clock.advance(60_001);
  assert.ok(second.signatures.load(["none"]) instanceof Promise, "another gateway may know it now");
  await second.signatures.load(["ab-_"]);
  assert.equal(second.signatures.originOf("ab-_"), "vertex m", "it was evicted from memory");
  await second.close();
});

Deno.test("an origin is kept for 30 days after its last use", async () => {
  using store = await memoryStore();
  const clock = new FakeClock();
  let gateway = gatewayOn(store, clock);
  gateway.signatures.remember({ value: "used", origin: "a m" });
  gateway.signatures.remember({ value: "idle", origin: "b m" });
  for (const [days, used, idle] of [[20, "a m", ""], [20, "a m", undefined], [31, undefined]]) {
    await gateway.close();
    clock.advance(Number(days) * DAY_MS);
    gateway = gatewayOn(store, clock);
    await gateway.signatures.load(["used"]);
    assert.equal(gateway.signatures.originOf("used"), used);
    if (idle === "") continue;
    await gateway.signatures.load(["idle"]);
    assert.equal(gateway.signatures.originOf("idle"), undefined);
  }
  await gateway.close();
});

Deno.test("a store that cannot be read costs only the origin", async () => {
  const store = await memoryStore();
  const { signatures, problems } = gatewayOn(store, new FakeClock());
  store[Symbol.dispose]();
  await signatures.load(["some"]);
  assert.equal(signatures.originOf("some"), undefined);
  assert.match(problems.join("\n"), /^Cannot read where thought signatures come from/);
});
