/** What a call waits for, and for how long, in virtual time. @module */
import assert from "node:assert/strict";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";
import type { PoolAccount } from "../../../src/pool/pool_account.ts";
import type { StrategyName } from "../../../src/pool/strategy.ts";
import { AccountSearch } from "../../../src/server/dispatch/account_search.ts";
import { ModelLists } from "../../../src/server/catalog/model_lists.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { CallLifecycle } from "../../../src/server/call/call_lifecycle.ts";
import { Observers } from "../../../src/server/call/observers.ts";
import { WatchedCall } from "../../../src/server/call/call_watch.ts";
import { AttemptBudget } from "../../../src/upstream/attempt_budget.ts";
import { type FaultScope, UpstreamFault } from "../../../src/upstream/faults/upstream_fault.ts";
import { account, TestPool } from "../../support/test_pool.ts";
import { VirtualTime } from "../../support/virtual_time.ts";
import { type CallEnd, type VirtualCall, VirtualGateway } from "../../support/virtual_gateway.ts";

/** How an account fails: once, unless told otherwise. */
interface Fault {
  readonly scope: FaultScope;
  readonly delayMs?: number;
}

/** A gateway whose accounts fail as they are told, and answer at once otherwise. */
function gatewayOf(
  accounts: readonly PoolAccount[],
  options: { readonly strategy?: StrategyName; readonly maxAttempts?: number } = {},
) {
  const faults = new Map<string, Fault[]>();
  const asked: string[] = [];
  const gateway = new VirtualGateway({
    accounts,
    strategy: options.strategy ?? "balance",
    maxAttempts: options.maxAttempts ?? 3,
    maxWaitMs: 10_000,
    response({ accountId }) {
      asked.push(accountId);
      const fault = faults.get(accountId)?.shift();
      if (fault === undefined) return Promise.resolve();
      const error = new RpcError("RESOURCE_EXHAUSTED", `${accountId} failed`);
      return Promise.reject(new UpstreamFault(fault.scope, error, { delayMs: fault.delayMs }));
    },
  });
  return {
    gateway,
    asked,
    fail: (id: string, ...more: Fault[]) => faults.set(id, more),
    /** Makes calls one after the other; each with the time that it took, in ms. */
    async play(...calls: readonly Partial<VirtualCall>[]): Promise<(CallEnd & { ms: number })[]> {
      const ends: (CallEnd & { ms: number })[] = [];
      async function makeCalls(): Promise<void> {
        for (const one of calls) {
          const startMs = gateway.time.now();
          const end = await gateway.call({ model: "m", ...one });
          ends.push({ ...end, ms: gateway.time.now() - startMs });
        }
      }
      const playing = makeCalls();
      await gateway.time.run();
      await playing;
      return ends;
    },
  };
}

const A = { conversation: "a" };
const TWO = [account("one"), account("two")];

Deno.test("cache_first waits for its conversation's account up to routing.max_wait, to the ms", async () => {
  for (const [delayMs, waits] of [[10_000, true], [10_001, false]] as const) {
    const { play, fail } = gatewayOf(TWO, { strategy: "cache_first" });
    const [first] = await play(A);
    assert.equal(first?.record.account, "one");
    // Another conversation, on the same account, finds it limited.
    await play({ conversation: "b" });
    fail("one", { scope: "account-model", delayMs });
    await play({ conversation: "c" });
    const [turn] = await play(A);
    assert.equal(turn?.error, undefined);
    const seen = [turn?.record.account, turn?.record.attempts, turn?.ms];
    assert.deepEqual(seen, waits ? ["one", 1, delayMs] : ["two", 1, 0]);
  }
});

Deno.test("balance moves its conversation at once", async () => {
  const { play, fail } = gatewayOf(TWO);
  await play(A, { conversation: "b" });
  fail("one", { scope: "account-model", delayMs: 5000 });
  const ends = await play({ conversation: "c" }, A);
  assert.deepEqual(ends.map(({ record, ms }) => [record.account, ms]), [["two", 0], ["two", 0]]);
});

Deno.test("A call is refused at once when every account rests for longer than the grace", async () => {
  const { play, fail, asked } = gatewayOf(TWO);
  for (const id of ["one", "two"]) fail(id, { scope: "account-model", delayMs: 2001 });
  const ends = await play({}, {});
  assert.deepEqual(ends.map(({ record, ms }) => [record.attempts, ms]), [[2, 0], [0, 0]]);
  assert.deepEqual(asked, ["one", "two"]);
  for (const { error } of ends) {
    assert.ok(error instanceof RpcError);
    assert.deepEqual([error.status, error.retryAfterMs], ["RESOURCE_EXHAUSTED", 2001]);
  }
});

Deno.test("A call waits for whichever account is back first within the grace, and for no attempt beyond its last", async () => {
  const { play, fail, asked } = gatewayOf(TWO);
  fail("one", { scope: "account-model", delayMs: 2000 });
  fail("two", ...[900, 800].map((delayMs) => ({ scope: "account-model" as const, delayMs })));
  const [end] = await play({});
  assert.deepEqual(asked, ["one", "two", "two"]);
  assert.ok(end?.error instanceof RpcError);
  assert.equal(end.ms, 900);
  assert.match(end.error.message, /^Every account is cooling down .* Upstream said: two failed$/);
  assert.equal(end.error.retryAfterMs, 800);
});

Deno.test("A call without attempts left says when the first account is back, or what upstream said", async () => {
  const names = ["one", "two", "three"];
  for (
    const [others, message] of [[[], /^Every account is cooling down/], [
      ["four"],
      /failed$/,
    ]] as const
  ) {
    const { play, fail } = gatewayOf([...names, ...others].map((name) => account(name)));
    for (const name of names) fail(name, { scope: "account-model", delayMs: 30_000 });
    const [end] = await play({});
    assert.ok(end?.error instanceof RpcError);
    assert.match(end.error.message, message);
    assert.equal(end.error.retryAfterMs, others.length === 0 ? 30_000 : undefined);
  }
});

Deno.test("A call does not wait for an account that is back after the client's time is up", async () => {
  const { play, fail } = gatewayOf([account("one")]);
  fail("one", { scope: "account-model", delayMs: 1500 });
  const [end] = await play({ serverTimeoutSeconds: 1 });
  assert.ok(end?.error instanceof RpcError);
  assert.deepEqual([end.ms, end.error.retryAfterMs], [0, 1500]);
});

Deno.test("After a transient fault every other account is asked, then the same again after a growing back-off", async () => {
  const { play, fail, asked } = gatewayOf(TWO, { maxAttempts: 5 });
  for (const id of ["one", "two"]) fail(id, { scope: "transient" }, { scope: "transient" });
  const [end] = await play({});
  assert.equal(end?.error, undefined);
  assert.deepEqual(asked, ["one", "two", "two", "two"]);
  assert.equal(end?.ms, 500 + 750);
});

Deno.test("A call in line takes an account whose rest ends meanwhile", async () => {
  const { play, fail, gateway } = gatewayOf([account("one", { maxConcurrent: 1 }), account("two")]);
  fail("two", { scope: "account-model", delayMs: 4000 });
  await play({}, {});
  const streaming = gateway.call({ model: "m", streamMs: 60_000 });
  const [end] = await play({});
  assert.deepEqual([end?.record.account, end?.ms], ["two", 4000]);
  assert.equal((await streaming).error, undefined);
});

Deno.test("A call in line gives up after routing.max_wait, or when its client's time is up", async () => {
  const { play, gateway } = gatewayOf([account("one", { maxConcurrent: 1 })]);
  const streaming = gateway.call({ model: "m", streamMs: 60_000 });
  const ends = await play({}, { serverTimeoutSeconds: 3 });
  await streaming;
  assert.deepEqual(ends.map(({ ms }) => ms), [10_000, 3000]);
  for (const { error } of ends) {
    assert.ok(error instanceof RpcError);
    assert.equal(error.status, "RESOURCE_EXHAUSTED");
  }
});

Deno.test("A success ends a cool-down: the next limit without a delay begins the back-off from its first step", async () => {
  const { play, fail, gateway } = gatewayOf([account("one")]);
  const rests: (number | undefined)[] = [];
  for (const answersBetween of [false, false, true]) {
    if (answersBetween) await play({});
    fail("one", { scope: "account-model" });
    const [end] = await play({});
    assert.ok(end?.error instanceof RpcError);
    rests.push(end.error.retryAfterMs);
    const rested = gateway.time.sleep(end.error.retryAfterMs ?? 0);
    await gateway.time.run();
    await rested;
  }
  assert.deepEqual(rests, [10_000, 20_000, 10_000]);
  const [one] = gateway.pool.snapshot();
  assert.ok((one?.lastSuccessMs ?? Infinity) <= (one?.lastFailureMs ?? 0));
});

Deno.test("A call that leaves in the moment of its turn gives the account back", async () => {
  const pool = new TestPool([account("one", { maxConcurrent: 1 })]);
  const held = pool.lease();
  const time = new VirtualTime(pool.clock.now());
  const watch = new WatchedCall(new Request("http://localhost"), {
    limits: { firstByteMs: 60_000, idleMs: 60_000, totalMs: 60_000 },
    clock: time,
    onFinish() {},
  });
  const lifecycle = new CallLifecycle({
    clock: time,
    redaction: new Redaction(),
    observers: new Observers([], () => {}),
  });
  const options = {
    pool: pool.pool,
    roster: { disabled: [], canServe: () => true },
    lists: new ModelLists(),
    clock: time,
    timer: time,
    maxAttempts: 3,
    maxWaitMs: 10_000,
  };
  const search = new AccountSearch(
    { method: "generateContent", model: "m", retry: "anywhere", watch, lifecycle },
    new AttemptBudget(3),
    options,
  );
  const next = Promise.resolve(search.next());
  held[Symbol.dispose]();
  assert.deepEqual(pool.pool.snapshot().map((one) => one.callsInFlight), [1]);
  watch.clientGone();
  await assert.rejects(next, { status: "CANCELLED" });
  await time.run();
  assert.deepEqual(pool.pool.snapshot().map((one) => one.callsInFlight), [0]);
});
