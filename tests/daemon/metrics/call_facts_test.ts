/** What metrics derive from the record of a call. @module */
import assert from "node:assert/strict";
import {
  affinityOf,
  kindOf,
  limitName,
  outcomeOf,
  overheadMs,
} from "../../../src/daemon/metrics/call_facts.ts";
import { newCallRecord } from "../../../src/server/call/call_record.ts";
import { CallTrace, type TracedAttempt } from "../../../src/server/explain/call_trace.ts";

Deno.test("overheadMs() leaves out accounts, the client's body and waits, and is never negative", () => {
  const record = newCallRecord(0);
  record.readyMs = 150.75;
  record.upstreamMs = 100.25;
  assert.equal(overheadMs(record), 50.5);
  record.trace.bodyMs = 20;
  assert.equal(overheadMs(record), 30.5);
  // While the body waited for memory, which its time has in it.
  record.trace.waited({ what: "memory", startMs: 3, ms: 10 });
  assert.equal(overheadMs(record), 30.5);
  record.trace.waited({ what: "busy", startMs: 21, ms: 25 });
  assert.equal(overheadMs(record), 5.5);
  record.trace.waited({ what: "back-off", startMs: 50, ms: 25 });
  assert.equal(overheadMs(record), 0);
});

Deno.test("kindOf() names the route by the method table, and by the first word elsewhere", () => {
  const route = (method: string, operation = "") => kindOf({ method, operation }).route;
  assert.equal(route("generateContent"), "native");
  assert.equal(route("bidiGenerateContent"), "live");
  assert.equal(route("admin.status"), "admin");
  assert.equal(route("healthz"), "healthz");
  assert.equal(route(""), "");
  assert.equal(route("generateContent", "openai.chat"), "openai");
  assert.equal(route("", "anthropic.messages"), "anthropic");
  assert.deepEqual(kindOf({ method: "streamGenerateContent", operation: "" }), {
    route: "native",
    isStream: true,
    isList: false,
  });
  assert.equal(kindOf({ method: "files.list", operation: "" }).isList, true);
});

Deno.test("outcomeOf() knows the codes of google.rpc only", () => {
  assert.equal(outcomeOf({ code: 200, status: "" }), "ok");
  assert.equal(outcomeOf({ code: 429, status: "RESOURCE_EXHAUSTED" }), "resource_exhausted");
  assert.equal(outcomeOf({ code: 418, status: "planted@example.com" }), "unknown");
  assert.equal(outcomeOf({ code: 0, status: "" }), "unknown");
});

Deno.test("limitName() makes a word of each quotaId", () => {
  assert.deepEqual(
    [
      "PolluxRequestsPerMinutePerKey",
      "PolluxTokensPerDayPerKey",
      "PolluxBudgetPerMonthPerKey",
      "PolluxReservedTokensPerKey",
      "PolluxConcurrentRequestsPerKey",
    ].map(limitName),
    [
      "requests_per_minute",
      "tokens_per_day",
      "budget_per_month",
      "reserved_tokens",
      "concurrent_requests",
    ],
  );
});

Deno.test("affinityOf() tells what became of a conversation's account", () => {
  const attempt = (by: TracedAttempt["by"], left?: string) =>
    ({ by, left, account: "one", code: 200 }) as TracedAttempt;
  const traceOf = (attempts: readonly TracedAttempt[], gaveUp?: CallTrace["gaveUp"]) =>
    Object.assign(new CallTrace(), { attempts, gaveUp });
  assert.equal(affinityOf(traceOf([])), undefined);
  assert.equal(affinityOf(traceOf([attempt("turn")])), undefined);
  assert.equal(affinityOf(traceOf([attempt("conversation")])), "hit");
  assert.equal(affinityOf(traceOf([attempt("turn", "b")])), "moved");
  assert.equal(affinityOf(traceOf([attempt("conversation"), attempt("turn", "b")])), "moved");
  assert.equal(affinityOf(traceOf([attempt("conversation")], "attempts")), "lost");
});
