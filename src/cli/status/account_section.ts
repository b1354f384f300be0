/**
 * The accounts in the status, those that fail on top.
 *
 * @module
 */
import type { AccountStatus, ModelStatus } from "../../server/gateway_status.ts";
import { oneLine } from "../../base/text/one_line.ts";
import type { Section, SectionRow } from "./section.ts";
import { agoText, untilText } from "./status_times.ts";

/** How an account is, the worst state first. */
export const CONDITIONS = [
  "cooling down",
  "disabled by Pollux",
  "last resort",
  "being tried again",
  "failing for some models",
  "busy",
  "available",
  "disabled",
] as const;

/** How an account is. */
export type Condition = (typeof CONDITIONS)[number];

/** The condition of an account. */
export function conditionOf({ state, why, isLastResort, models }: AccountStatus): Condition {
  switch (state) {
    case "cooling":
      return isLastResort ? "last resort" : "cooling down";
    case "probing":
      return "being tried again";
    case "disabled":
      return why === undefined ? "disabled" : "disabled by Pollux";
    default:
      return models.length > 0 ? "failing for some models" : state;
  }
}

/** The table. An account's models with a cool-down are listed below it. */
export function accountSection(accounts: readonly AccountStatus[], nowMs: number): Section {
  const rows = byRank(accounts, (account) => CONDITIONS.indexOf(conditionOf(account)));
  return {
    headings: ["ACCOUNT", "STATE", "UNTIL", "IN FLIGHT", "LAST SUCCESS", "WHY"],
    optional: ["LAST SUCCESS", "IN FLIGHT"],
    rows: rows.flatMap((account) => [
      accountRow(account, nowMs),
      ...byRank(account.models, ({ isLastResort }) => Number(isLastResort))
        .map((model) => modelRow(model, nowMs)),
    ]),
  };
}

/** Sorted by rank; elements of the same rank stay in order. */
export function byRank<T>(values: readonly T[], rankOf: (value: T) => number): readonly T[] {
  return values.toSorted((a, b) => rankOf(a) - rankOf(b));
}

const WORDS: Readonly<Record<AccountStatus["state"], string>> = {
  available: "available",
  busy: "busy",
  cooling: "cooling down",
  probing: "being tried again",
  disabled: "disabled",
};

function accountRow(account: AccountStatus, nowMs: number): SectionRow {
  const { name, state, isLastResort, why = "", until, callsInFlight, lastSuccess } = account;
  return {
    what: "account",
    cells: [
      oneLine(name, Infinity),
      state === "cooling" && isLastResort ? "last resort" : WORDS[state],
      until === undefined ? "" : untilText(until, nowMs),
      String(callsInFlight),
      lastSuccess === undefined ? "" : agoText(lastSuccess, nowMs),
    ],
    note: oneLine(why, Infinity),
  };
}

function modelRow(
  { model, state, why, until, isLastResort }: ModelStatus,
  nowMs: number,
): SectionRow {
  const words = state === "cooling" && isLastResort ? "last resort" : WORDS[state];
  return {
    what: "model",
    cells: [`  ${oneLine(model, Infinity)}`, words, untilText(until, nowMs), "", ""],
    note: oneLine(why, Infinity),
  };
}
