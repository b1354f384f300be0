/** How `pollux status` puts a status into words, and into a terminal. @module */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { statusLines } from "../../../src/cli/status/status_lines.ts";
import { displayWidth } from "../../../src/cli/terminal/display_width.ts";
import type {
  GatewayStatus,
  ModelStatus,
  QuotaStatus,
} from "../../../src/server/gateway_status.ts";
import { accountStatus, keyStatus } from "../../support/statuses.ts";

/** Of the clock on the wall, wherever the test runs. */
const NOW = new Date(2026, 6, 4, 12, 0, 0).getTime();

function time(afterMs: number): string {
  return new Date(NOW + afterMs).toISOString();
}

function model(name: string, changes: Partial<ModelStatus> = {}): ModelStatus {
  const why = "Quota exceeded";
  return {
    model: name,
    state: "cooling",
    why,
    until: time(60_000),
    isLastResort: false,
    ...changes,
  };
}

function quota(name: string, changes: Partial<QuotaStatus> = {}): QuotaStatus {
  return {
    model: name,
    window: "day",
    unit: "requests",
    leftFraction: 0.5,
    source: "google",
    ...changes,
  };
}

/** The lines where nothing is cut. */
function whole(status: Partial<GatewayStatus>): readonly string[] {
  return statusLines({ accounts: [], waitingCalls: 0, keys: [], ...status }, { nowMs: NOW });
}

Deno.test("statusLines() has totals first, and of the accounts those that fail", () => {
  assert.deepEqual(
    whole({
      accounts: [
        accountStatus("idle"),
        accountStatus("off", { state: "disabled" }),
        accountStatus("work", { state: "busy", callsInFlight: 12, lastSuccess: time(-12_000) }),
        accountStatus("spare", {
          state: "probing",
          why: "The API is disabled",
          until: time(-5000),
        }),
        accountStatus("soft", {
          state: "cooling",
          why: "No token",
          until: time(1000),
          isLastResort: true,
        }),
        accountStatus("old", { state: "disabled", why: "invalid_grant: signed out" }),
        accountStatus("home", {
          state: "cooling",
          why: "Verify your account\nto continue.",
          until: time(29_200),
          isLastResort: false,
          callsInFlight: 1,
          lastSuccess: time(-300),
        }),
      ],
      waitingCalls: 2,
    }),
    [
      "Accounts: 7 (1 cooling down, 1 disabled by Pollux, 1 last resort, 1 being tried again, 1 busy, 1 available, 1 disabled)",
      "Calls:    13 in flight, 2 wait for a busy account",
      "",
      "ACCOUNT  STATE              UNTIL           IN FLIGHT  LAST SUCCESS  WHY",
      "home     cooling down       12:00 (in 30s)  1          just now      Verify your account to continue.",
      "old      disabled                           0                        invalid_grant: signed out",
      "soft     last resort        12:00 (in 1s)   0                        No token",
      "spare    being tried again  now             0                        The API is disabled",
      "work     busy                               12         12s ago",
      "idle     available                          0",
      "off      disabled                           0",
    ],
  );
});

Deno.test("statusLines() tells below an account which models it rests for, and on which day they are back", () => {
  assert.deepEqual(
    whole({
      accounts: [
        accountStatus("good"),
        accountStatus("home", {
          models: [
            model("gemini-2.5-flash", { why: "Overloaded", isLastResort: true }),
            model("gemini-2.5-pro", { until: time(20 * 3_600_000) }),
          ],
        }),
      ],
    }),
    [
      "Accounts: 2 (1 failing for some models, 1 available)",
      "Calls:    0 in flight, 0 wait for a busy account",
      "",
      "ACCOUNT             STATE         UNTIL                      IN FLIGHT  WHY",
      "home                available                                0",
      "  gemini-2.5-pro    cooling down  2026-07-05 08:00 (in 20h)             Quota exceeded",
      "  gemini-2.5-flash  last resort   12:01 (in 1m)                         Overloaded",
      "good                available                                0",
    ],
  );
});

Deno.test("statusLines() forecasts quotas: what is spent or runs out first is on top", () => {
  assert.deepEqual(
    whole({
      accounts: [
        accountStatus("one", {
          quota: [
            quota("pro", { leftFraction: 0.9, window: "5h" }),
            quota("flash", {
              limit: 1500,
              used: 1000,
              leftFraction: 0.333,
              runsOutAt: time(7_200_000),
              resetsAt: time(10_800_000),
            }),
          ],
        }),
        accountStatus("two", {
          quota: [
            quota("pro", { limit: 10, used: 12, leftFraction: 0, resetsAt: time(60_000) }),
            quota("lite", { leftFraction: 0.004, unit: "tokens" }),
            quota("", { leftFraction: 1 }),
          ],
        }),
      ],
    }).slice(7),
    [
      "QUOTA OF  MODEL  LEFT                             RUNS OUT       RESETS",
      "two       pro    0% (0 of 10 requests/day)        spent          12:01 (in 1m)",
      "one       flash  33% (500 of 1,500 requests/day)  14:00 (in 2h)  15:00 (in 3h)",
      "two       lite   <1% of tokens/day",
      "one       pro    90% of requests/5h",
      "two       all    100% of requests/day",
    ],
  );
});

Deno.test("statusLines() tells what is left of the keys' limits, and which keys open nothing", () => {
  assert.deepEqual(
    whole({
      keys: [
        keyStatus("ada", {
          callsInFlight: 1,
          maxConcurrent: 4,
          expiresAt: time(86_400_000),
          limits: [
            { unit: "requests", window: "minute", limit: 60, used: 12, left: 48 },
            { unit: "usd", window: "month", limit: 20, used: 18.5, left: 1.5 },
            { unit: "usd", window: "day", limit: 0.004, used: 0.0004, left: 0.0036 },
          ],
        }),
        keyStatus("bob", { state: "disabled" }),
        keyStatus("cy", { state: "expired", expiresAt: time(-1000) }),
        keyStatus("dee", {
          limits: [
            {
              unit: "tokens",
              window: "day",
              limit: 1000,
              used: 1000,
              left: 0,
              leftAgainAt: time(3_600_000),
            },
          ],
        }),
      ],
    }),
    [
      "No account yet; add one: pollux accounts add gemini-api NAME --key-env GEMINI_API_KEY",
      "Keys:     4 (1 at a limit, 1 expired, 1 disabled, 1 valid)",
      "",
      "KEY  STATE       EXPIRES                   IN FLIGHT  LEFT",
      "dee  at a limit                            0          0 of 1,000 tokens/day until 13:00 (in 1h)",
      "cy   expired                               0",
      "bob  disabled                              0",
      "ada  valid       2026-07-05 12:00 (in 1d)  1 of 4     $1.50 of $20.00/month, 48 of 60 requests/minute, $0.0036 of $0.0040/day",
    ],
  );
});

Deno.test("statusLines() says how to add an account where there is none", () => {
  const lines = whole({});
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^No account yet; add one: pollux accounts add /);
});

/** A status that fills any terminal. */
const CROWDED: GatewayStatus = {
  accounts: Array.from(
    { length: 30 },
    (_, nth) =>
      accountStatus(nth === 7 ? "日本語のアカウント名はとても長い" : `account-${nth}`, {
        ...(nth % 10 === 3
          ? {
            state: "cooling",
            until: time(nth * 1000),
            why:
              "The project has been suspended because of a violation of the terms; see the console",
            isLastResort: false,
          }
          : {}),
        lastSuccess: time(-1000 * nth),
        models: nth === 4 ? [model("gemini-2.5-flash-image-preview-09-2025")] : [],
        quota: nth < 5
          ? [quota("gemini-2.5-pro", { leftFraction: nth / 5, resetsAt: time(1e6) })]
          : [],
      }),
  ),
  waitingCalls: 0,
  keys: Array.from({ length: 20 }, (_, nth) =>
    keyStatus(`key-${nth}`, {
      limits: [
        { unit: "requests", window: "minute", limit: 60, used: 3 * nth, left: 60 - 3 * nth },
        { unit: "tokens", window: "month", limit: 1e6, used: 0, left: 1e6 },
        {
          unit: "usd",
          window: "month",
          limit: 20,
          used: nth === 9 ? 20 : 1,
          left: nth === 9 ? 0 : 19,
        },
      ],
    })),
};

Deno.test("statusLines() fits a terminal of 80 columns, and says what it left out", () => {
  assert.deepEqual(
    statusLines(CROWDED, { nowMs: NOW, size: { columns: 80, rows: 23 } }),
    [
      "Accounts: 30 (3 cooling down, 1 failing for some models, 26 available)",
      "Calls:    0 in flight, 0 wait for a busy account",
      "Keys:     20 (1 at a limit, 19 valid)",
      "",
      "ACCOUNT                    STATE         UNTIL           IN FLIGHT  LAST SUCCESS",
      "account-3                  cooling down  12:00 (in 3s)   0          3s ago",
      "  The project has been suspended because of a violation of the terms; see the…",
      "account-13                 cooling down  12:00 (in 13s)  0          13s ago",
      "  The project has been suspended because of a violation of the terms; see the…",
      "",
      "QUOTA OF   MODEL           LEFT                 RUNS OUT  RESETS",
      "account-0  gemini-2.5-pro  0% of requests/day   spent     12:16 (in 17m)",
      "account-1  gemini-2.5-pro  20% of requests/day            12:16 (in 17m)",
      "account-2  gemini-2.5-pro  40% of requests/day            12:16 (in 17m)",
      "",
      "KEY     STATE       IN FLIGHT",
      "key-9   at a limit  0",
      "  $0.00 of $20.00/month, 33 of 60 requests/minute, 1,000,000 of 1,000,000",
      "  tokens/month",
      "key-0   valid       0",
      "  $19.00 of $20.00/month, 60 of 60 requests/minute, 1,000,000 of 1,000,000",
      "  tokens/month",
      "… more with --json: 28 accounts, 1 model, 2 quotas, 18 keys, long texts",
    ],
  );
});

Deno.test("statusLines() fits a small terminal, and leaves out columns", () => {
  assert.deepEqual(
    statusLines(CROWDED, { nowMs: NOW, size: { columns: 44, rows: 16 } }),
    [
      "Accounts: 30 (3 cooling down, 1 failing for",
      "  some models, 26 available)",
      "Calls:    0 in flight, 0 wait for a busy",
      "  account",
      "Keys:     20 (1 at a limit, 19 valid)",
      "",
      "ACCOUNT         STATE         UNTIL",
      "account-3       cooling down  12:00 (in 3s)",
      "  The project has been suspended because of…",
      "",
      "QUOTA OF   MODEL         LEFT…",
      "account-0  gemini-2.5-…  0% of requests/day…",
      "account-1  gemini-2.5-…  20% of requests/day",
      "… more with --json: 29 accounts, 1 model, 3",
      "quotas, 20 keys, the columns LAST SUCCESS,",
      "IN FLIGHT, RESETS, long texts",
    ],
  );
});

Deno.test("statusLines() cuts nothing where the output is no terminal", () => {
  const text = whole(CROWDED).join("\n");
  assert.doesNotMatch(text, /…/);
  for (let nth = 0; nth < 20; nth++) assert.ok(text.includes(`key-${nth} `));
  assert.ok(text.includes("see the console"));
  const why = "word ".repeat(400).trim();
  const [, , , , row = ""] = whole({
    accounts: [accountStatus("one", { state: "disabled", why })],
  });
  assert.ok(row.endsWith(why));
});

/** Texts of any length and script. */
const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.lorem({ maxCount: 30 }),
  fc.constantFrom(
    "日本語".repeat(20),
    "e\u0301".repeat(50),
    "👨‍👩‍👧".repeat(9),
    "नमस्ते ",
    "x".repeat(300),
    "…",
  ),
);

const limits = fc.record({
  unit: fc.constantFrom("requests", "tokens", "usd"),
  window: fc.constantFrom("minute", "day", "month"),
  limit: fc.integer({ min: 1, max: 1e9 }),
  used: fc.nat(),
  left: fc.nat({ max: 1e9 }),
});

const statuses: fc.Arbitrary<GatewayStatus> = fc.record({
  accounts: fc.array(
    fc.record({
      name: texts,
      why: texts,
      state: fc.constantFrom("available", "busy", "cooling", "probing", "disabled"),
      models: fc.array(fc.record({ name: texts, why: texts }), { maxLength: 4 }),
      quota: fc.array(
        fc.record({ name: texts, leftFraction: fc.double({ min: 0, max: 1, noNaN: true }) }),
        {
          maxLength: 3,
        },
      ),
      callsInFlight: fc.nat(),
    }),
    { maxLength: 8 },
  ).map((all) =>
    all.map(({ name, models, quota: quotas, ...rest }) =>
      accountStatus(name, {
        ...rest,
        until: time(1000),
        models: models.map(({ name, why }) => model(name, { why })),
        quota: quotas.map(({ name, leftFraction }) => quota(name, { leftFraction })),
      })
    )
  ),
  waitingCalls: fc.nat(),
  keys: fc.array(fc.record({ name: texts, limits: fc.array(limits, { maxLength: 4 }) }), {
    maxLength: 8,
  })
    .map((all) => all.map(({ name, limits }) => keyStatus(`key ${name}`, { limits }))),
});

/** The footer, which may be in several lines. */
function footerOf(lines: readonly string[]): string {
  return lines.slice(lines.findLastIndex((line) => line.startsWith("… more with"))).join(" ");
}

Deno.test("statusLines() never gives a line that is too wide, or too many, and counts what is not shown", () => {
  fc.assert(
    fc.property(
      statuses,
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      (status, columns, rows) => {
        const lines = statusLines(status, { nowMs: NOW, size: { columns, rows } });
        assert.ok(lines.length <= rows, `${lines.length} lines of ${rows}`);
        for (const line of lines) {
          assert.ok(
            displayWidth(line) <= columns,
            `${displayWidth(line)} of ${columns}: "${line}"`,
          );
        }
        if (rows < 12 || columns < 60) return;
        // Keys have no state in common with other rows.
        const shown = lines.filter((line) => / {2}(?:valid|at a limit) {2}/.test(line)).length;
        const hidden = Number(/(\d+) keys?\b/.exec(footerOf(lines))?.[1] ?? 0);
        assert.equal(shown + hidden, status.keys.length, lines.join("\n"));
      },
    ),
    { numRuns: 150 },
  );
});
