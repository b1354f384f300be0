/**
 * What the page says about accounts.
 *
 * @module
 */
import assert from "node:assert/strict";
import { leftTone } from "../../../src/ui/client/parts/left_tone.js";
import {
  type AccountInfo,
  type AccountStatus,
  conditionOf,
  countsOf,
  matches,
  type QuotaStatus,
  tightestFirst,
  toneOf,
} from "../../../src/ui/client/accounts/account_state.js";

const UNTIL = "2026-01-01T00:00:00Z";

const IDLE: AccountStatus = { state: "available", models: [], quota: [], callsInFlight: 0 };

function account(status?: Partial<AccountStatus>, more: Partial<AccountInfo> = {}): AccountInfo {
  return {
    id: "acc_1",
    name: "home",
    kind: "gemini-api",
    enabled: true,
    baseUrls: ["https://generativelanguage.googleapis.com"],
    credential: "api_key",
    ...(status === undefined ? {} : { status: { ...IDLE, ...status } }),
    ...more,
  };
}

const MODEL = {
  model: "m",
  state: "cooling",
  why: "busy",
  until: UNTIL,
  isLastResort: false,
} as const;

Deno.test("conditionOf() tells every way an account can be", () => {
  const off = { enabled: false };
  const cases = [
    [account({}), "available", "good"],
    [account({ state: "busy" }), "busy", "busy"],
    [account({ models: [MODEL] }), "failing", "warn"],
    [account({ state: "busy", models: [MODEL] }), "failing", "warn"],
    [account({ state: "probing", why: "w", until: UNTIL }), "probing", "warn"],
    [account({ state: "cooling", why: "w", until: UNTIL }), "cooling", "warn"],
    [account({ state: "cooling", isLastResort: true }), "lastResort", "warn"],
    [account({ state: "disabled" }, off), "disabled", "idle"],
    [account({ state: "disabled", why: "The key was refused" }, off), "disabledByPollux", "bad"],
    [
      account(undefined, { ...off, disabledReason: "The key was refused" }),
      "disabledByPollux",
      "bad",
    ],
    [account(), "starting", "idle"],
    [account({ state: "disabled" }), "starting", "idle"],
    [account({ state: "available" }, off), "disabled", "idle"],
  ] as const;
  for (const [info, condition, tone] of cases) {
    assert.equal(conditionOf(info), condition);
    assert.equal(toneOf(conditionOf(info)), tone);
  }
});

Deno.test("countsOf() counts what each filter shows", () => {
  const accounts = [
    account({}),
    account({ state: "busy" }),
    account({ state: "cooling" }),
    account({ state: "disabled" }, { enabled: false }),
    account({ state: "disabled", why: "w" }, { enabled: false }),
  ];
  assert.deepEqual(countsOf(accounts), { all: 5, ready: 2, attention: 2, disabled: 2 });
});

Deno.test("tightestFirst() puts the quota with least left on top", () => {
  const quota = (model: string, leftFraction: number, runsOutAt?: string): QuotaStatus => ({
    model,
    window: "day",
    unit: "requests",
    leftFraction,
    source: "google",
    ...(runsOutAt === undefined ? {} : { runsOutAt }),
  });
  const quotas = [quota("a", 0.5), quota("b", 0.1), quota("c", 0.5, UNTIL)];
  assert.deepEqual(tightestFirst(quotas).map(({ model }) => model), ["b", "c", "a"]);
});

Deno.test("leftTone() warns of what is nearly used up, or will be before its reset", () => {
  assert.equal(leftTone(0), "bad");
  assert.equal(leftTone(0.1), "warn");
  assert.equal(leftTone(0.9), "good");
  assert.equal(leftTone(0.9, true), "warn");
});

Deno.test("matches() searches name, kind, project and labels", () => {
  const info = account({}, { labels: ["Team-A"], project: "blue-1" });
  for (const typed of ["HOM", "gemini", "team-a", "blue", " "]) {
    assert.ok(matches(info, typed), typed);
  }
  assert.ok(!matches(info, "work"));
});
