/** Which account answers. @module */
import assert from "node:assert/strict";
import { session } from "../support/session.ts";
import { account, MODEL, TestPool, TTL_MS } from "../support/test_pool.ts";

const S = { session: session("s") };
const T = { session: session("t") };

Deno.test("choose() takes the account that was used longest ago", () => {
  const pool = new TestPool(["a", "b", "c"]);
  assert.deepEqual([1, 2, 3, 4].map(() => pool.chosen()), ["a", "b", "c", "a"]);
  // An account that is passed over keeps its turn.
  assert.equal(pool.chosen({ tried: new Set(["b"]) }), "c");
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "a", "c"]);
});

Deno.test("choose() keeps a conversation with its account, whoever's turn it is", () => {
  const pool = new TestPool(["a", "b"]);
  assert.equal(pool.chosen(S), "a");
  for (let turn = 0; turn < 5; turn++) {
    assert.equal(pool.chosen(S), "a");
    assert.equal(pool.chosen(T), "b");
  }
});

Deno.test("choose() counts a conversation's calls as one turn of its account, however many they are", () => {
  const pool = new TestPool(["a", "b"]);
  for (let turn = 0; turn < 100; turn++) assert.equal(pool.chosen(S), "a");
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "a", "b"]);
});

Deno.test("choose() binds a new conversation at once, before any answer", () => {
  const pool = new TestPool(["a", "b"]);
  assert.equal(pool.lease(S).accountId, "a");
  assert.equal(pool.affinity.get(S.session), "a");
  assert.equal(pool.chosen(S), "a");
});

Deno.test("choose() binds nothing where there is no conversation", () => {
  const pool = new TestPool(["a"]);
  pool.chosen();
  assert.equal(pool.affinity.size, 0);
});

Deno.test("choose() lets a binding that is not used expire", () => {
  const pool = new TestPool(["a", "b", "c"]);
  assert.equal(pool.chosen(S), "a");
  pool.clock.advance(TTL_MS - 1);
  assert.equal(pool.chosen(S), "a");
  pool.clock.advance(TTL_MS);
  assert.equal(pool.chosen(S), "b");
});

Deno.test("choose() moves a conversation whose account cools, and it stays where it went", () => {
  const pool = new TestPool(["a", "b"]);
  pool.chosen(S);
  pool.fail("a", { delayMs: 1000 }, S);
  assert.equal(pool.affinity.get(S.session), undefined);
  assert.equal(pool.chosen({ ...S, tried: new Set(["a"]) }), "b");
  pool.clock.advance(1000);
  assert.equal(pool.chosen(S), "b");
});

Deno.test("failed() unbinds only the conversation that failed, and only from that account", () => {
  const pool = new TestPool(["a", "b"]);
  pool.chosen(S);
  pool.chosen(T);
  const lease = pool.lease(S);
  pool.affinity.bind(S.session, "b");
  pool.pool.failed(lease, { kind: "transient", delayMs: undefined, reason: "" });
  assert.equal(pool.affinity.get(S.session), "b");
  assert.equal(pool.affinity.get(T.session), "b");
});

Deno.test("choose() moves a conversation whose account was removed", () => {
  const pool = new TestPool(["a", "b"]);
  assert.equal(pool.chosen(S), "a");
  pool.set(["b"]);
  assert.equal(pool.chosen(S), "b");
  pool.set(["a", "b"]);
  assert.equal(pool.chosen(S), "b");
});

Deno.test("setAccounts() puts a new account before those that had a turn, and keeps their order", () => {
  const pool = new TestPool(["a", "b", "c"]);
  assert.equal(pool.chosen(), "a");
  pool.set(["a", "new", "b", "c"]);
  assert.deepEqual([1, 2, 3, 4, 5].map(() => pool.chosen()), ["new", "b", "c", "a", "new"]);
});

Deno.test("setAccounts() keeps the cool-downs and the calls in flight of accounts that stay", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a");
  const lease = pool.lease();
  assert.equal(lease.accountId, "b");
  pool.set(["a", account("b", { maxConcurrent: 1 })]);
  assert.equal(pool.chosen(), "busy");
  lease[Symbol.dispose]();
  assert.equal(pool.chosen(), "b");
});

Deno.test("setAccounts() forgets the cool-downs of accounts that were edited or went away", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { kind: "refused" });
  pool.fail("b", { kind: "refused" });
  pool.set(["a", "b"], ["a"]);
  assert.deepEqual([1, 2].map(() => pool.chosen()), ["a", "a"]);
  pool.set(["a"]);
  pool.set(["a", "b"]);
  assert.equal(pool.chosen(), "b");
  assert.deepEqual([...pool.written.values()], [undefined, undefined]);
});

Deno.test("choose() says empty when there is no account", () => {
  const pool = new TestPool([]);
  assert.deepEqual(pool.choose(), { type: "empty" });
  pool.set(["a"]);
  pool.set([]);
  assert.deepEqual(pool.choose({ tried: new Set(["a"]) }), { type: "empty" });
});

Deno.test("choose() takes only accounts that serve the model, and says when there is none", () => {
  const pool = new TestPool(["a", account("b", { serves: ({ model }) => model === "other" })]);
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["a", "a", "a"]);
  assert.deepEqual([1, 2].map(() => pool.chosen({ model: "other" })).toSorted(), ["a", "b"]);
  pool.set([account("b", { serves: ({ model }) => model === "other" })]);
  assert.deepEqual(pool.choose(), { type: "unserved" });
});

Deno.test("choose() says tried when an account was tried that does not cool", () => {
  const pool = new TestPool(["a", "b"]);
  assert.deepEqual(pool.choose({ tried: new Set(["a", "b"]) }), { type: "tried" });
  pool.fail("b");
  assert.deepEqual(pool.choose({ tried: new Set(["a", "b"]) }), { type: "tried" });
});

Deno.test("choose() says cooling, with the nearest, when every account cools", () => {
  const pool = new TestPool(["a", "b", "c"]);
  const now = pool.clock.now();
  pool.fail("a", { delayMs: 30_000, reason: "A" });
  pool.fail("b", { delayMs: 20_000, reason: "B" });
  pool.fail("c", { delayMs: 90_000, reason: "C" });
  const nearest = { type: "cooling", untilMs: now + 20_000, reason: "B" };
  assert.deepEqual(pool.choose(), nearest);
  assert.deepEqual(pool.choose({ tried: new Set(["a", "b", "c"]) }), nearest);
});

Deno.test("choose() lets a call wait for an account that is back within the grace, even one it tried", () => {
  const pool = new TestPool(["a", "b"]);
  const untilMs = pool.clock.now() + 2000;
  pool.fail("a", { delayMs: 2000 });
  pool.fail("b", { delayMs: 2001 });
  const wait = { type: "wait", accountId: "a", untilMs };
  assert.deepEqual(pool.choose(), wait);
  assert.deepEqual(pool.choose({ tried: new Set(["a", "b"]) }), wait);
});

Deno.test("choose() does not let a call come back to an account that was to rest for longer", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { delayMs: 2001 });
  pool.fail("b", { delayMs: 60_000 });
  pool.clock.advance(1000);
  const untilMs = pool.clock.now() + 1001;
  assert.deepEqual(pool.choose({ tried: new Set(["b"]) }), {
    type: "wait",
    accountId: "a",
    untilMs,
  });
  assert.equal(pool.choose({ tried: new Set(["a"]) }).type, "cooling");
});

Deno.test("choose() prefers an account of its turn to one that has just come back", () => {
  const pool = new TestPool(["a", "b", "c"]);
  pool.fail("a", { delayMs: 10 });
  pool.clock.advance(10);
  assert.deepEqual([1, 2, 3].map(() => pool.chosen()), ["b", "c", "a"]);
});

Deno.test("choose() does not make up to an account for the turns that it missed while it rested", () => {
  const pool = new TestPool(["a", "b"]);
  pool.fail("a", { delayMs: 1000 });
  for (let nth = 0; nth < 50; nth++) assert.equal(pool.chosen(), "b");
  pool.clock.advance(1000);
  const next = [1, 2, 3, 4].map(() => pool.chosen());
  assert.deepEqual(next.toSorted(), ["a", "a", "b", "b"]);
});

Deno.test("snapshot() tells how each account stands, why, until when, and when it last fared how", () => {
  const pool = new TestPool([
    account("busy", { maxConcurrent: 1 }),
    "cooling",
    "probing",
    "resting for one",
  ]);
  const startMs = pool.clock.now();
  const lease = pool.lease();
  pool.fail("probing", { kind: "refused", reason: "Bare" });
  pool.clock.advance(30_000);
  pool.fail("cooling", { kind: "refused", delayMs: 5000, reason: "Disabled" });
  pool.fail("resting for one", { delayMs: 7000, reason: "Quota of m" });
  pool.pool.succeeded(lease);
  const nowMs = pool.clock.now();
  assert.deepEqual(pool.pool.snapshot(), [
    {
      accountId: "busy",
      state: "busy",
      coolDown: undefined,
      models: [],
      callsInFlight: 1,
      lastSuccessMs: nowMs,
      lastFailureMs: undefined,
    },
    {
      accountId: "cooling",
      state: "cooling",
      coolDown: {
        state: "cooling",
        untilMs: nowMs + 5000,
        kind: "refused",
        why: "Disabled",
        isLastResort: false,
      },
      models: [],
      callsInFlight: 0,
      lastSuccessMs: undefined,
      lastFailureMs: nowMs,
    },
    {
      accountId: "probing",
      state: "probing",
      coolDown: {
        state: "probing",
        untilMs: nowMs,
        kind: "refused",
        why: "Bare",
        isLastResort: false,
      },
      models: [],
      callsInFlight: 0,
      lastSuccessMs: undefined,
      lastFailureMs: startMs,
    },
    {
      accountId: "resting for one",
      state: "available",
      coolDown: undefined,
      models: [{
        model: MODEL,
        state: "cooling",
        untilMs: nowMs + 7000,
        kind: "quota",
        why: "Quota of m",
        isLastResort: false,
      }],
      callsInFlight: 0,
      lastSuccessMs: undefined,
      lastFailureMs: nowMs,
    },
  ]);
});
