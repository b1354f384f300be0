/** Which line a call leaves in the log. @module */
import assert from "node:assert/strict";
import { callLog } from "../../src/daemon/call_log.ts";
import {
  type CallRecord,
  type FailedTry,
  newCallRecord,
} from "../../src/server/call/call_record.ts";

interface Line {
  readonly level: "info" | "warning";
  readonly text: string;
  readonly properties: Record<string, unknown>;
}

function lineOf(changes: Partial<CallRecord>, showsProperties = true): Line {
  const lines: Line[] = [];
  const record = { ...newCallRecord(1000), requestId: "r-1", ...changes };
  callLog({
    showsProperties,
    write: (level, message, properties) =>
      lines.push({ level, text: message.join(""), properties }),
  }).end?.(record);
  assert.equal(lines.length, 1);
  const [line] = lines;
  assert.ok(line);
  return line;
}

const CALL: Partial<CallRecord> = {
  method: "generateContent",
  model: "gemini-2.5-flash",
  account: "work",
  attempts: 2,
  status: 200,
  firstByteAtMs: 1200,
  finishedAtMs: 1500,
  usage: { prompt: 10, cached: 0, tool: 0, candidates: 20, thoughts: 3, total: 33 },
};

Deno.test("callLog() names the operation of a call that was translated", () => {
  const { text, properties } = lineOf({ ...CALL, operation: "openai.chat" });
  assert.equal(text, "openai.chat gemini-2.5-flash via work: 200 in 500 ms");
  assert.equal(properties.operation, "openai.chat");
  assert.equal(properties.method, "generateContent");
});

Deno.test("callLog() tells a good call with its account, times and tokens", () => {
  const { level, text, properties } = lineOf(CALL);
  assert.equal(level, "info");
  assert.equal(text, "generateContent gemini-2.5-flash via work: 200 in 500 ms");
  assert.deepEqual(properties, {
    requestId: "r-1",
    key: undefined,
    operation: undefined,
    method: "generateContent",
    request: undefined,
    model: "gemini-2.5-flash",
    account: "work",
    status: 200,
    attempts: 2,
    firstByteMs: 200,
    durationMs: 500,
    tokensIn: 10,
    tokensOut: 23,
    failure: undefined,
    failedTries: undefined,
  });
});

Deno.test("callLog() names the client key", () => {
  assert.equal(lineOf({ ...CALL, keyId: "key_a", keyName: "team-a" }).properties["key"], "team-a");
  const { text } = lineOf({ ...CALL, keyId: "key_a", keyName: "team-a" }, false);
  assert.match(text, / in 500 ms \(key team-a; 2 attempts; /);
});

const FAILED: readonly FailedTry[] = [
  {
    account: "home",
    owner: "account-model",
    why: "Quota exceeded.\n* for requests\u001b[2J",
    delayMs: 30_000,
    ms: 12,
    requests: 1,
  },
  { account: "spare", owner: "network", why: "It broke", delayMs: undefined, ms: 40, requests: 2 },
];

Deno.test("callLog() tells in the line of a rotated call what it went through", () => {
  const { level, text, properties } = lineOf({ ...CALL, failedTries: [...FAILED] });
  assert.equal(level, "info");
  assert.equal(
    text,
    "generateContent gemini-2.5-flash via work: 200 in 500 ms; before: " +
      "home: account-model: Quota exceeded. * for requests [2J (says to wait 30s); " +
      "spare: network: It broke (2 requests)",
  );
  assert.deepEqual(properties["failedTries"], FAILED);
});

Deno.test("callLog() tells of a call that failed what it went through, if that was more than one account", () => {
  const failed = { ...CALL, status: 503, failure: "It broke" };
  const both = lineOf({ ...failed, failedTries: [...FAILED] });
  assert.match(both.text, / 503: It broke \(r-1\); before: home: .*; spare: network: It broke /);
  const one = lineOf({ ...failed, failedTries: FAILED.slice(1) });
  assert.equal(one.text, "generateContent gemini-2.5-flash 503: It broke (r-1)");
  assert.equal(one.level, "warning");
});

Deno.test("callLog() tells a request that is about no model", () => {
  const { level, text } = lineOf({ method: "healthz", status: 200, finishedAtMs: 1001 });
  assert.equal(level, "info");
  assert.equal(text, "healthz 200 in 1 ms");
  assert.equal(lineOf({ status: 404, finishedAtMs: 1002 }).text, "request 404 in 2 ms");
});

Deno.test("callLog() tells verb and path of a request that was refused before its method was known", () => {
  const refused = { request: "GET /v1/\x1b[2J", status: 404, failure: "No such path" };
  const { text, properties } = lineOf({ ...refused, finishedAtMs: 1001 });
  assert.equal(text, "GET /v1/ [2J 404: No such path (r-1)");
  assert.equal(properties["method"], "request");
  assert.equal(properties["request"], refused.request);
});

Deno.test("callLog() warns of a call that failed, with why and the request's id", () => {
  const { level, text, properties } = lineOf({
    ...CALL,
    status: 429,
    failure: "Every account is cooling down",
    firstByteAtMs: 0,
    usage: undefined,
  });
  assert.equal(level, "warning");
  assert.equal(
    text,
    "generateContent gemini-2.5-flash 429: Every account is cooling down (r-1)",
  );
  assert.equal(properties["failure"], "Every account is cooling down");
  assert.equal(properties["firstByteMs"], undefined);
  assert.equal(properties["tokensIn"], undefined);
  assert.equal(properties["tokensOut"], undefined);
});

Deno.test("callLog() tells everything in words where a line does not show its properties", () => {
  assert.equal(
    lineOf(CALL, false).text,
    "generateContent gemini-2.5-flash via work: 200 in 500 ms " +
      "(2 attempts; first byte 200 ms; tokens 10 in, 23 out; r-1)",
  );
  const failed = { ...CALL, status: 503, failure: "It broke off", attempts: 1, usage: undefined };
  assert.equal(
    lineOf(failed, false).text,
    "generateContent gemini-2.5-flash 503: It broke off " +
      "(via work; 500 ms; 1 attempt; first byte 200 ms; r-1)",
  );
  const refused = { status: 401, failure: "No key", finishedAtMs: 1001 };
  assert.equal(lineOf(refused, false).text, "request 401: No key (1 ms; r-1)");
});
