/** Usage that is booked to keys with limits after the calls that caused it. @module */
import assert from "node:assert/strict";
import type { Keeper } from "../../src/base/stored/kept.ts";
import type { TokenUsage } from "../../src/gemini/api/token_usage.ts";
import type { ClientKey } from "../../src/keys/client_key.ts";
import { KeyLimiter } from "../../src/keys/limits/key_limiter.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { NO_KEEPER } from "../support/kept.ts";
import { limitedKeys } from "../support/limited_keys.ts";

const USAGE: TokenUsage = {
  prompt: 400,
  cached: 0,
  tool: 0,
  candidates: 0,
  thoughts: 0,
  total: 400,
};

const BOOKED = { model: "priced", usage: USAGE };

/** A limiter for the keys `limited`, `budget` and `free`, and the ids of the keys whose counts it stored. */
function startLimiter() {
  const stored: string[] = [];
  const keeper: Keeper = {
    isShared: false,
    open: (kind, user) => ({
      ...NO_KEEPER.open(kind, user),
      put: ([keyId = ""]) => void stored.push(keyId),
    }),
  };
  const keys = limitedKeys({
    limited: { limits: { tokensPerDay: 500 } },
    budget: { limits: { budget: { microUsd: 1000, per: "day" } } },
    free: {},
  });
  const limiter = new KeyLimiter(keeper, {
    clock: new FakeClock(),
    keys,
    costOf: (model, { total }, method) =>
      model === "priced" ? total * (method === "batchGenerateContent" ? 1 : 2) : undefined,
  });
  /** Makes a call as far as its limits concern it. */
  function call(name: string): void {
    const key = keys.get(`key_${name}`);
    assert.ok(key);
    const limited = limiter.call(key);
    limited?.admit();
    limited?.reserve("priced", { bytes: 0 });
    limited?.end();
  }
  return { limiter, stored, call };
}

Deno.test("Usage is booked to a key that made no call since the start", () => {
  const { limiter, stored, call } = startLimiter();
  const method = "batchGenerateContent";
  limiter.booked({ ...BOOKED, callerId: "key_limited", method });
  assert.deepEqual(stored, ["key_limited"]);
  assert.throws(() => call("limited"), /limit of 500 tokens per day/);
});

Deno.test("Usage of removed keys and other callers is not counted, but that of keys without limits", () => {
  const { limiter, stored } = startLimiter();
  for (const callerId of ["key_removed", "open", "default"]) {
    limiter.booked({ ...BOOKED, callerId, method: "batchGenerateContent" });
  }
  limiter.booked({ ...BOOKED, callerId: "key_limited", method: "", usage: undefined });
  assert.deepEqual(stored, []);
  // It may get limits at any time.
  limiter.booked({ ...BOOKED, callerId: "key_free", method: "batchGenerateContent" });
  assert.deepEqual(stored, ["key_free"]);
});

Deno.test("A batch spends a budget by the price of batches", () => {
  const { limiter, call } = startLimiter();
  // 400, and 512 for the output that the call reserves.
  limiter.booked({ ...BOOKED, callerId: "key_budget", method: "batchGenerateContent" });
  call("budget");
  limiter.booked({ ...BOOKED, callerId: "key_budget", method: "interactions.create" });
  assert.throws(() => call("budget"), /limit of 0\.001 USD per day/);
});

Deno.test("The counts of removed keys leave memory on the next day, when another key is new", () => {
  const clock = new FakeClock();
  const changes: Record<string, Partial<ClientKey>> = {
    gone: { limits: { tokensPerMonth: 500 } },
    busy: { limits: { tokensPerMonth: 500 } },
    next: {},
    last: {},
  };
  const keys = limitedKeys(changes);
  const limiter = new KeyLimiter(NO_KEEPER, { clock, keys });
  const [gone, busy, next, last] = ["gone", "busy", "next", "last"].map((name) =>
    keys.get(`key_${name}`) ?? assert.fail(name)
  );
  assert.ok(gone && busy && next && last);
  const usedOf = (key: ClientKey) =>
    limiter.useOf(key).windows.map((window) => window.used(clock.now()));
  for (const { id } of [gone, busy]) {
    limiter.booked({ ...BOOKED, callerId: id, method: "interactions.create" });
  }
  const call = limiter.call(busy);
  call.admit();
  delete changes["gone"];
  delete changes["busy"];
  limiter.call(next);
  assert.deepEqual([usedOf(gone), usedOf(busy)], [[400], [400]]);
  clock.advance(86_400_000);
  limiter.call(last);
  // A call in flight still has its counts.
  assert.deepEqual([usedOf(gone), usedOf(busy)], [[0], [400]]);
  call.end();
});
