/** What is remembered of the last calls: bounded, without secrets. @module */
import assert from "node:assert/strict";
import { strategyNamed } from "../../../src/pool/strategy.ts";
import type { Unavailable } from "../../../src/pool/unavailable.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import type { TokenUsage } from "../../../src/gemini/api/token_usage.ts";
import type { CallTrace } from "../../../src/server/explain/call_trace.ts";
import { type CallRecord, newCallRecord } from "../../../src/server/call/call_record.ts";
import { explain } from "../../../src/server/explain/explain.ts";
import {
  MOST_CALLS,
  MOST_CHARACTERS,
  RecentCalls,
} from "../../../src/server/explain/recent_calls.ts";
import { PLANTED_ADDRESS } from "../../support/planted.ts";
import { TestPool } from "../../support/test_pool.ts";

function record(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    ...newCallRecord(1000),
    method: "generateContent",
    model: "gemini-2.5-flash",
    status: 200,
    finishedAtMs: 1010,
    ...changes,
  };
}

Deno.test("RecentCalls remembers the last 10,000 calls, and forgets the one before them", () => {
  const calls = new RecentCalls();
  const ids: string[] = [];
  for (let nth = 0; nth < MOST_CALLS + 5; nth++) {
    const one = record();
    ids.push(one.requestId);
    calls.end(one);
  }
  assert.equal(MOST_CALLS, 10_000);
  assert.equal(calls.size, MOST_CALLS);
  assert.equal(calls.find(ids[4] ?? ""), undefined);
  assert.equal(calls.find(ids[5] ?? "")?.requestId, ids[5]);
  assert.equal(calls.find(ids.at(-1) ?? "")?.durationMs, 10);
});

Deno.test("RecentCalls remembers fewer calls where their messages are long, and cuts each", () => {
  const calls = new RecentCalls();
  const failure = "x".repeat(100_000);
  let last = "";
  for (let nth = 0; nth < 2 * MOST_CALLS; nth++) {
    const one = record({ failure, request: failure, model: `${nth}${failure}` });
    const attempt = one.trace.attempts;
    assert.equal(attempt.length, 0);
    calls.end(one);
    last = one.requestId;
    assert.ok(calls.characters <= MOST_CHARACTERS);
  }
  assert.ok(calls.size > MOST_CALLS / 2 && calls.size < MOST_CALLS, String(calls.size));
  assert.ok((calls.find(last)?.failure.length ?? Infinity) <= 501);
  assert.ok((calls.find(last)?.model.length ?? Infinity) <= 501);
});

Deno.test("RecentCalls takes little memory, full and empty", async () => {
  const { heapUsed: before } = await collected();
  const calls = new RecentCalls();
  const { heapUsed: empty } = await collected();
  assert.ok(empty - before < 100_000, `${empty - before}`);
  const usage = () => ({ prompt: 1, cached: 0, tool: 0, candidates: 2, thoughts: 3, total: 6 });
  for (let nth = 0; nth < MOST_CALLS; nth++) {
    const one = record({
      usage: usage(),
      model: `models/${"x".repeat(50_000)}gemini-2.5-flash`.slice(-16),
    });
    calls.end(one);
  }
  const { heapUsed: full } = await collected();
  assert.ok(full - before < 10 * 1024 * 1024, `${full - before}`);
  assert.equal(calls.size, MOST_CALLS);
});

Deno.test("RecentCalls counts a list of accounts that were not available once, as long as a call refers to it", () => {
  for (const selectedAs of [otherWith, plainWith]) {
    const calls = new RecentCalls();
    const shared = notAvailable("shared");
    for (let nth = 0; nth < MOST_CALLS; nth++) calls.end(selectedAs(shared));
    assert.equal(calls.size, MOST_CALLS);
    assert.ok(calls.characters < 2000, String(calls.characters));
    for (let nth = 0; nth < MOST_CALLS; nth++) calls.end(record());
    assert.equal(calls.characters, 0);
    for (let nth = 0; nth < 2 * MOST_CALLS; nth++) calls.end(selectedAs(notAvailable(`${nth}`)));
    assert.ok(calls.characters <= MOST_CHARACTERS);
    assert.ok(calls.size > MOST_CALLS / 2 && calls.size < MOST_CALLS, String(calls.size));
  }
});

Deno.test("RecentCalls forgets a list of accounts that were not available with its last call", async () => {
  const calls = new RecentCalls();
  function endOne(make: (unavailable: Unavailable) => CallRecord): WeakRef<Unavailable> {
    const list = notAvailable("only");
    calls.end(make(list));
    return new WeakRef(list);
  }
  const lists = [endOne(plainWith), endOne(otherWith)];
  for (let nth = 0; nth < MOST_CALLS; nth++) calls.end(record());
  await collected();
  assert.deepEqual(lists.map((list) => list.deref()), [undefined, undefined]);
  assert.equal(calls.size, MOST_CALLS);
});

/** The record of a call that was selected while all accounts of a list were not available. */
function otherWith(unavailable: Unavailable): CallRecord {
  const one = record();
  const selection = new TestPool(["one"]).choose();
  if (selection.type !== "account") assert.fail(selection.type);
  one.trace.attempt({ ...selection, unavailable }, { account: "one", startMs: 0 });
  return one;
}

function plainWith(unavailable: Unavailable): CallRecord {
  const one = plain();
  one.trace.attempts = one.trace.attempts.map((attempt) => ({ ...attempt, unavailable }));
  return one;
}

function notAvailable(reason: string): Unavailable {
  const accounts = Array.from({ length: 16 }, (_, nth) => ({
    accountId: `${nth}`,
    why: "cooling" as const,
    untilMs: Infinity,
    kind: undefined,
    reason: reason.padEnd(400, "x"),
  }));
  return { accounts, more: 0, serving: [], strategy: strategyNamed("balance") };
}

const NONE_UNAVAILABLE: Unavailable = {
  accounts: [],
  more: 0,
  serving: [],
  strategy: strategyNamed("balance"),
};

/** A record of a call that succeeded at once. */
function plain(changes: Partial<CallRecord> = {}): CallRecord {
  const one = record({ account: "one", keyId: "key_a", keyName: "ada", ...changes });
  one.trace.isCalled = true;
  one.trace.bodyMs = 3;
  one.trace.attempts = [{
    by: "conversation",
    left: undefined,
    avoided: undefined,
    unavailable: NONE_UNAVAILABLE,
    accountId: "id-1",
    account: "one",
    startMs: 4,
    ms: 5,
    code: 200,
    status: "",
    why: "",
    delayMs: undefined,
    requests: 1,
  }];
  one.trace.session = "0123456789abcdef";
  one.trace.sessionFrom = "content";
  return one;
}

Deno.test("RecentCalls remembers of a call that succeeded at once what it remembers of others", () => {
  const counts = { prompt: 7, cached: 1, tool: 0, candidates: 2, thoughts: 3, total: 12 };
  const usages: readonly (TokenUsage | undefined)[] = [
    undefined,
    counts,
    { ...counts, modalities: { prompt: { TEXT: 7 }, candidates: { TEXT: 2 } } },
    { ...counts, modalities: { cached: { TEXT: 1 } } },
    { ...counts, modalities: { prompt: { TEXT: 3, IMAGE: 4 }, candidates: { TEXT: 2 } } },
    { ...counts, modalities: { prompt: { TEXT: 5 } } },
    { ...counts, modalities: { prompt: {} } },
  ];
  const calls = new RecentCalls();
  const changes: readonly Partial<CallRecord>[] = [
    ...usages.map((usage) => ({ usage })),
    { bytesIn: 5, bytesOut: 1e12, firstByteAtMs: 1004, status: 206, model: "" },
    { failure: "It is full", status: 429 },
    { request: "GET /v1" },
    { account: "another" },
  ];
  for (const change of changes) {
    const one = plain(change);
    calls.end(one);
    assert.deepEqual(calls.find(one.requestId), calls.describe(one));
  }
  const kinds: readonly ((trace: CallTrace) => void)[] = [
    (trace) => trace.isCalled = false,
    (trace) => trace.limit = "PolluxTokensPerDayPerKey",
    (trace) => trace.isClientGone = true,
    (trace) => trace.session = undefined,
    (trace) => trace.owner = { name: "files/a", account: "one", isLookedUp: false },
    (trace) => trace.gaveUp = "attempts",
    (trace) => trace.unavailable = NONE_UNAVAILABLE,
    (trace) => trace.waited({ what: "busy", startMs: 1, ms: 2 }),
    (trace) => trace.attempts = [],
    (trace) => trace.attempts = [...trace.attempts, ...trace.attempts],
    ...[{ left: "id-2" }, { avoided: ["id-2"] }, { why: "No" }, { status: "NO" }, { delayMs: 1 }]
      .map((change) => (trace: CallTrace) =>
        trace.attempts = trace.attempts.map((attempt) => ({ ...attempt, ...change }))
      ),
  ];
  for (const change of kinds) {
    const one = plain();
    change(one.trace);
    calls.end(one);
    assert.deepEqual(calls.find(one.requestId), calls.describe(one), String(change));
  }
  assert.equal(calls.size, changes.length + kinds.length);
});

Deno.test("RecentCalls forgets the oldest of calls of both kinds, and takes little memory for plain ones", async () => {
  const { heapUsed: heapBefore, external: before } = await collected();
  const calls = new RecentCalls();
  const ids: string[] = [];
  const usage = { prompt: 1, cached: 0, tool: 0, candidates: 2, thoughts: 3, total: 6 };
  for (let nth = 0; nth < 2 * MOST_CALLS; nth++) {
    const one = plain({ usage: { ...usage }, failure: nth % 1000 === 0 ? "No" : "" });
    ids.push(one.requestId);
    calls.end(one);
  }
  const { heapUsed, external } = await collected();
  assert.equal(calls.size, MOST_CALLS);
  assert.equal(calls.find(ids[MOST_CALLS - 1] ?? ""), undefined);
  for (const nth of [0, 1, 999, 1000, MOST_CALLS - 1]) {
    const id = ids[MOST_CALLS + nth] ?? "";
    assert.equal(calls.find(id)?.requestId, id);
  }
  const taken = heapUsed - heapBefore + external - before;
  assert.ok(taken < 6 * 1024 * 1024, `${taken}`);
});

Deno.test("RecentCalls leaves out what is no call of the API, unless it fails", () => {
  const calls = new RecentCalls();
  for (const method of ["healthz", "preflight", "admin.status", "metrics", "ui", "root"]) {
    calls.end(record({ method }));
    assert.equal(calls.size, 0);
  }
  const failed = record({ method: "admin.explain", failure: "none" });
  calls.end(failed);
  assert.equal(calls.find(failed.requestId)?.failure, "none");
});

Deno.test("explain() redacts what clients and accounts said", () => {
  const calls = new RecentCalls();
  const one = record({
    model: PLANTED_ADDRESS,
    failure: `Not for ${PLANTED_ADDRESS}`,
    request: `GET /${PLANTED_ADDRESS}`,
    keyName: PLANTED_ADDRESS,
    account: PLANTED_ADDRESS,
  });
  one.trace.owner = {
    name: `files/${PLANTED_ADDRESS}`,
    account: PLANTED_ADDRESS,
    isLookedUp: false,
  };
  calls.end(one);
  const parts = {
    calls,
    watch: { find: () => undefined },
    roster: { get: () => undefined, disabled: [] },
    redaction: new Redaction(),
  };
  const text = JSON.stringify(explain(one.requestId, parts));
  assert.ok(!text.includes(PLANTED_ADDRESS), text);
  assert.throws(() => explain(PLANTED_ADDRESS, parts), (error: Error) => {
    return !error.message.includes(PLANTED_ADDRESS) && /^No call with the id/.test(error.message);
  });
});

async function collected() {
  const { collectGarbage } = await import("../../support/collect_garbage.ts");
  await collectGarbage();
  return Deno.memoryUsage();
}
