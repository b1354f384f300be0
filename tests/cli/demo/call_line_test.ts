/** The line that the demo prints for a call. @module */
import assert from "node:assert/strict";
import { Secret } from "../../../src/accounts/secret.ts";
import { callLine } from "../../../src/cli/demo/call_line.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { type CallRecord, newCallRecord } from "../../../src/server/call/call_record.ts";

const NOW = new Date(2026, 6, 4, 12, 4, 9).getTime();

function record(changes: Partial<CallRecord>): CallRecord {
  return { ...newCallRecord(NOW), finishedAtMs: NOW, status: 200, ...changes };
}

Deno.test("callLine() says which account, which model, how many attempts, and what happened", () => {
  const quota = {
    account: "home",
    owner: "account-model",
    why: "You exceeded your current quota, please check your plan.",
    delayMs: 20_000,
    ms: 12,
    requests: 1,
  } as const;
  const called = { method: "generateContent", model: "gemini-2.5-flash" };
  const cases: readonly (readonly [Partial<CallRecord>, string | undefined])[] = [
    [
      { ...called, account: "home", attempts: 1 },
      "12:04:09  home   generateContent gemini-2.5-flash: 200, 1 attempt",
    ],
    [
      { ...called, account: "cloud", attempts: 2, failedTries: [quota] },
      '12:04:09  cloud  generateContent gemini-2.5-flash: 200, 2 attempts; home: "You exceeded your ' +
      'current quota", back in 20s',
    ],
    [
      { ...called, account: "home", attempts: 1, status: 429, failure: "x", failedTries: [quota] },
      '12:04:09  home   generateContent gemini-2.5-flash: 429, 1 attempt; home: "You exceeded your ' +
      'current quota", back in 20s',
    ],
    [{ method: "models.list" }, "12:04:09  -      models.list: 200"],
    [
      { status: 404, failure: '"GET /nope" is not served. See the list' },
      '12:04:09  -      request: 404; "GET /nope" is not served',
    ],
    [
      {
        method: "files.get",
        status: 400,
        failure: 'The account "home", which holds "files/a", is disabled. To enable it: …',
      },
      '12:04:09  -      files.get: 400; The account "home", which holds "files/a", is disabled',
    ],
    [
      {
        method: "media.resume",
        account: "home",
        attempts: 1,
        status: 400,
        failure: 'Upstream returned HTTP 400: "Invalid request. The offset is 3, but 0."',
      },
      "12:04:09  home   media.resume: 400, 1 attempt; Upstream returned HTTP 400: " +
      '"Invalid request. The offset is 3, but 0."',
    ],
    [{ method: "healthz" }, undefined],
    [{ method: "metrics" }, undefined],
    [{ method: "ui.session" }, undefined],
    [{ method: "admin.models" }, undefined],
    [{ method: "admin.status" }, undefined],
    [{ method: "preflight" }, undefined],
  ];
  for (const [changes, line] of cases) assert.equal(callLine(record(changes)), line);
});

Deno.test("callLine() is one line without a secret, whatever a client names", () => {
  const key = "planted-key-of-a-client";
  const redaction = new Redaction([new Secret(key)]);
  const model = `a\nb\u2028c\x1b[1m ${key}`;
  const line = callLine(record({ method: "countTokens", model, status: 404, redaction }));
  assert.equal(line, "12:04:09  -      countTokens a\\nb\\u2028c\\u001b[1m ***: 404");
});
