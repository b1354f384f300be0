/** How `pollux status` puts a status into words. @module */
import assert from "node:assert/strict";
import { statusLines } from "../../../src/cli/status/status_lines.ts";
import type { AccountStatus } from "../../../src/server/gateway_status.ts";

/** Of the clock on the wall, wherever the test runs. */
const NOW = new Date(2026, 6, 4, 12, 0, 0).getTime();

function time(afterMs: number): string {
  return new Date(NOW + afterMs).toISOString();
}

function account(name: string, changes: Partial<AccountStatus> = {}): AccountStatus {
  return {
    name,
    kind: "gemini-api",
    state: "available",
    models: [],
    quota: [],
    callsInFlight: 0,
    ...changes,
  };
}

Deno.test("statusLines() tells each account's state, until when, calls, last success and why", () => {
  const lines = statusLines({
    accounts: [
      account("idle"),
      account("work", { state: "busy", callsInFlight: 12, lastSuccess: time(-12_000) }),
      account("home", {
        state: "cooling",
        why: "Verify your account\nto continue.",
        until: time(29_200),
        lastSuccess: time(-300),
      }),
      account("spare", { state: "probing", why: "The API is disabled", until: time(-5000) }),
      account("old", { state: "disabled", why: "invalid_grant: signed out" }),
    ],
    waitingCalls: 2,
  }, NOW);
  assert.deepEqual(lines, [
    "ACCOUNT  STATE              UNTIL                  IN FLIGHT  LAST SUCCESS    WHY",
    "idle     available                                 0",
    "work     busy                                      12         12 seconds ago",
    "home     cooling down       12:00 (in 30 seconds)  0          just now        Verify your account to continue.",
    "spare    being tried again  now                    0                          The API is disabled",
    "old      disabled                                  0                          invalid_grant: signed out",
    "2 requests wait for a busy account",
  ]);
});

Deno.test("statusLines() tells below an account which models it rests for, and on which day they are back", () => {
  const [, row, quota, progressLine] = statusLines({
    accounts: [
      account("home", {
        models: [
          {
            model: "gemini-2.5-pro",
            state: "cooling",
            why: "Quota exceeded",
            until: time(20 * 3_600_000),
            isLastResort: false,
          },
          {
            model: "gemini-2.5-flash",
            state: "cooling",
            why: "Overloaded",
            until: time(60_000),
            isLastResort: true,
          },
        ],
      }),
    ],
    waitingCalls: 0,
  }, NOW);
  assert.match(row ?? "", /^home +available +0$/);
  assert.match(
    quota ?? "",
    /^ {2}gemini-2\.5-pro +cooling down +2026-07-05 08:00 \(in 20 hours\) +Quota exceeded$/,
  );
  assert.match(
    progressLine ?? "",
    /^ {2}gemini-2\.5-flash +last resort +12:01 \(in 1 minute\) +Overloaded$/,
  );
});

Deno.test("statusLines() says how to add an account where there is none", () => {
  const lines = statusLines({ accounts: [], waitingCalls: 0 }, NOW);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^No account yet; add one: pollux accounts add /);
});
