/** What is remembered of the last calls: bounded, without secrets. @module */
import assert from "node:assert/strict";
import { strategyNamed } from "../../../src/pool/strategy.ts";
import type { Unavailable } from "../../../src/pool/unavailable.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
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
});

/** The record of a call that was selected while all accounts of a list were not available. */
function selectedAs(unavailable: Unavailable): CallRecord {
  const one = record();
  const selection = new TestPool(["one"]).choose();
  if (selection.type !== "account") assert.fail(selection.type);
  one.trace.attempt({ ...selection, unavailable }, { account: "one", startMs: 0 });
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

Deno.test("RecentCalls leaves out health checks, preflights and reports, unless they fail", () => {
  const calls = new RecentCalls();
  for (const method of ["healthz", "preflight", "admin.status"]) {
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
