/** Which account answers. @module */
import assert from "node:assert/strict";
import { Affinity } from "../../src/pool/affinity.ts";
import { type Choice, type Failure, Pool, type Wish } from "../../src/pool/pool.ts";
import { FakeClock } from "./fake_clock.ts";

const DEFAULT_MS = 30_000;
const TTL_MS = 3_600_000;
const MODEL = "m";

function makePool(accountIds: readonly string[]) {
  const clock = new FakeClock();
  const affinity = new Affinity({
    clock,
    ttlMs: TTL_MS,
    capacity: 1000,
    sink: { bind() {}, unbind() {} },
  });
  const pool = new Pool({ clock, affinity, defaultCoolDownMs: DEFAULT_MS });
  pool.setAccounts(accountIds);
  return { clock, affinity, pool };
}

function choose(pool: Pool, wish: Partial<Wish> = {}): Choice {
  return pool.choose({ model: MODEL, tried: new Set(), ...wish });
}

/** The account chosen, or what came instead of one. */
function chosen(pool: Pool, wish: Partial<Wish> = {}): string {
  const choice = choose(pool, wish);
  return choice.type === "account" ? choice.accountId : choice.type;
}

function fail(pool: Pool, accountId: string, failure: Partial<Failure> = {}): void {
  pool.failed(accountId, {
    model: MODEL,
    cools: "model",
    delayMs: undefined,
    reason: "Quota",
    ...failure,
  });
}

Deno.test("choose() takes the account that was used longest ago", () => {
  const { pool } = makePool(["a", "b", "c"]);
  assert.deepEqual([1, 2, 3, 4].map(() => chosen(pool)), ["a", "b", "c", "a"]);
  // An account that is passed over keeps its turn.
  assert.equal(chosen(pool, { tried: new Set(["b"]) }), "c");
  assert.deepEqual([1, 2, 3].map(() => chosen(pool)), ["b", "a", "c"]);
});

Deno.test("choose() shares 1,000 new conversations out evenly", () => {
  const ids = ["a", "b", "c", "d", "e", "f", "g"];
  const { pool } = makePool(ids);
  const counts = new Map<string, number>();
  for (let nth = 0; nth < 1000; nth++) {
    const id = chosen(pool, { session: `s${nth}` });
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  assert.deepEqual(ids.map((id) => counts.get(id)).toSorted(), [142, 143, 143, 143, 143, 143, 143]);
});

Deno.test("choose() keeps a conversation with its account, whoever's turn it is", () => {
  const { pool } = makePool(["a", "b"]);
  assert.equal(chosen(pool, { session: "s" }), "a");
  for (let turn = 0; turn < 5; turn++) {
    assert.equal(chosen(pool, { session: "s" }), "a");
    assert.equal(chosen(pool, { session: "t" }), "b");
  }
});

Deno.test("choose() binds a new conversation at once, before any answer", () => {
  const { pool, affinity } = makePool(["a", "b"]);
  assert.equal(chosen(pool, { session: "s" }), "a");
  assert.equal(affinity.get("s"), "a");
  assert.equal(chosen(pool, { session: "s" }), "a");
});

Deno.test("choose() binds nothing where there is no conversation", () => {
  const { pool, affinity } = makePool(["a"]);
  choose(pool);
  assert.equal(affinity.size, 0);
});

Deno.test("choose() lets a binding that is not used expire", () => {
  const { pool, clock } = makePool(["a", "b", "c"]);
  assert.equal(chosen(pool, { session: "s" }), "a");
  clock.advance(TTL_MS - 1);
  assert.equal(chosen(pool, { session: "s" }), "a");
  clock.advance(TTL_MS);
  assert.equal(chosen(pool, { session: "s" }), "b");
});

Deno.test("choose() moves a conversation whose account cools, and it stays where it went", () => {
  const { pool, clock, affinity } = makePool(["a", "b"]);
  choose(pool, { session: "s" });
  fail(pool, "a", { delayMs: 1000, session: "s" });
  assert.equal(affinity.get("s"), undefined);
  assert.equal(chosen(pool, { session: "s", tried: new Set(["a"]) }), "b");
  clock.advance(1000);
  assert.equal(chosen(pool, { session: "s" }), "b");
});

Deno.test("failed() unbinds only the conversation that failed, and only from that account", () => {
  const { pool, affinity } = makePool(["a", "b"]);
  choose(pool, { session: "s" });
  choose(pool, { session: "t" });
  fail(pool, "b", { cools: "nothing", session: "s" });
  assert.equal(affinity.get("s"), "a");
  assert.equal(affinity.get("t"), "b");
});

Deno.test("choose() moves a conversation whose account was removed", () => {
  const { pool } = makePool(["a", "b"]);
  assert.equal(chosen(pool, { session: "s" }), "a");
  pool.setAccounts(["b"]);
  assert.equal(chosen(pool, { session: "s" }), "b");
  pool.setAccounts(["a", "b"]);
  assert.equal(chosen(pool, { session: "s" }), "b");
});

Deno.test("setAccounts() puts a new account first and keeps the turns of the others", () => {
  const { pool } = makePool(["a", "b", "c"]);
  assert.equal(chosen(pool), "a");
  pool.setAccounts(["a", "b", "new", "c"]);
  assert.deepEqual([1, 2, 3, 4, 5].map(() => chosen(pool)), ["new", "b", "c", "a", "new"]);
});

Deno.test("setAccounts() keeps the cool-downs of accounts that stay", () => {
  const { pool } = makePool(["a", "b"]);
  fail(pool, "a");
  pool.setAccounts(["b", "a", "c"]);
  assert.deepEqual([1, 2, 3].map(() => chosen(pool)), ["c", "b", "c"]);
});

Deno.test("setAccounts() forgets the cool-downs of accounts that were edited or went away", () => {
  const { pool } = makePool(["a", "b"]);
  fail(pool, "a", { cools: "account" });
  fail(pool, "b", { cools: "account" });
  pool.setAccounts(["a", "b"], new Set(["a"]));
  assert.deepEqual([1, 2].map(() => chosen(pool)), ["a", "a"]);
  pool.setAccounts(["a"]);
  pool.setAccounts(["a", "b"]);
  assert.equal(chosen(pool), "b");
});

Deno.test("failed() cools one model: the account goes on answering for others", () => {
  const { pool } = makePool(["a"]);
  fail(pool, "a", { cools: "model" });
  assert.equal(chosen(pool), "cooling");
  assert.equal(chosen(pool, { model: "other" }), "a");
});

Deno.test("failed() cools a whole account", () => {
  const { pool } = makePool(["a", "b"]);
  fail(pool, "a", { cools: "account" });
  for (const model of [MODEL, "other", "another"]) assert.equal(chosen(pool, { model }), "b");
});

Deno.test("failed() cools nothing where nothing has to rest, delay or not", () => {
  const { pool } = makePool(["a"]);
  fail(pool, "a", { cools: "nothing", delayMs: 60_000 });
  assert.equal(chosen(pool), "a");
});

Deno.test("failed() rests as long as upstream says, else the default, to the ms", () => {
  for (const [delayMs, restMs] of [[1234, 1234], [undefined, DEFAULT_MS], [1, 1]] as const) {
    const { pool, clock } = makePool(["a"]);
    fail(pool, "a", { delayMs });
    clock.advance(restMs - 1);
    assert.equal(chosen(pool), "cooling", `${delayMs}`);
    clock.advance(1);
    assert.equal(chosen(pool), "a", `${delayMs}`);
  }
  const { pool } = makePool(["a"]);
  fail(pool, "a", { delayMs: 0 });
  assert.equal(chosen(pool), "a");
});

Deno.test("failed() never shortens a rest", () => {
  const { pool, clock } = makePool(["a"]);
  fail(pool, "a", { delayMs: 60_000, reason: "Hourly quota" });
  fail(pool, "a", { delayMs: 10, reason: "Per second" });
  fail(pool, "a", { delayMs: 10, cools: "account", reason: "Account" });
  clock.advance(59_999);
  const untilMs = clock.now() + 1;
  assert.deepEqual(choose(pool), { type: "cooling", untilMs, reason: "Hourly quota" });
  clock.advance(1);
  assert.equal(chosen(pool), "a");
});

Deno.test("choose() says empty when there is no account", () => {
  const { pool } = makePool([]);
  assert.deepEqual(choose(pool), { type: "empty" });
  pool.setAccounts(["a"]);
  pool.setAccounts([]);
  assert.deepEqual(choose(pool, { tried: new Set(["a"]) }), { type: "empty" });
});

Deno.test("choose() says tried when an account was tried that does not cool", () => {
  const { pool } = makePool(["a", "b"]);
  assert.deepEqual(choose(pool, { tried: new Set(["a", "b"]) }), { type: "tried" });
  fail(pool, "b");
  assert.deepEqual(choose(pool, { tried: new Set(["a", "b"]) }), { type: "tried" });
});

Deno.test("choose() says cooling, with the nearest, when every account cools", () => {
  const { pool, clock } = makePool(["a", "b", "c"]);
  const now = clock.now();
  fail(pool, "a", { delayMs: 3000, reason: "A" });
  fail(pool, "b", { delayMs: 1000, reason: "B" });
  fail(pool, "b", { delayMs: 2000, cools: "account", reason: "B, whole" });
  fail(pool, "c", { delayMs: 9000, reason: "C" });
  const nearest = { type: "cooling", untilMs: now + 2000, reason: "B, whole" };
  assert.deepEqual(choose(pool), nearest);
  assert.deepEqual(choose(pool, { tried: new Set(["a", "b", "c"]) }), nearest);
});

Deno.test("choose() prefers an account of its turn to one that has just come back", () => {
  const { pool, clock } = makePool(["a", "b", "c"]);
  assert.equal(chosen(pool), "a");
  fail(pool, "a", { delayMs: 10 });
  clock.advance(10);
  assert.deepEqual([1, 2, 3].map(() => chosen(pool)), ["b", "c", "a"]);
});
