/**
 * Formats the gateway's status as text.
 *
 * @module
 */
import ms from "ms";
import type { AccountStatus, GatewayStatus, ModelStatus } from "../../server/gateway_status.ts";
import { oneLine } from "../../base/one_line.ts";
import { formatAgo } from "../terminal/format_ago.ts";
import { tableLines } from "../terminal/table_lines.ts";

const HEADINGS = ["ACCOUNT", "STATE", "UNTIL", "IN FLIGHT", "LAST SUCCESS", "WHY"];

const WORDS: Readonly<Record<AccountStatus["state"], string>> = {
  available: "available",
  busy: "busy",
  cooling: "cooling down",
  probing: "being tried again",
  disabled: "disabled",
};

/**
 * Returns a table of the accounts; an account's models with a cool-down are listed below it.
 *
 * @param status The gateway's status.
 * @param nowMs Now, in ms since the epoch.
 */
export function statusLines(status: GatewayStatus, nowMs: number): readonly string[] {
  const { accounts, waitingCalls } = status;
  if (accounts.length === 0) {
    return [
      "No account yet; add one: pollux accounts add gemini-api NAME --key-env GEMINI_API_KEY",
    ];
  }
  const rows = accounts.flatMap((account) => [
    rowOf(account, nowMs),
    ...account.models.map((model) => modelRow(model, nowMs)),
  ]);
  return [
    ...tableLines([HEADINGS, ...rows]),
    ...(waitingCalls === 0 ? [] : [
      `${waitingCalls} ${
        waitingCalls === 1 ? "request waits" : "requests wait"
      } for a busy account`,
    ]),
  ];
}

function rowOf(account: AccountStatus, nowMs: number): readonly string[] {
  const { name, state, why = "", until, callsInFlight, lastSuccess } = account;
  return [
    name,
    WORDS[state],
    until === undefined ? "" : formatUntil(until, nowMs),
    String(callsInFlight),
    lastSuccess === undefined ? "" : formatAgo(lastSuccess, nowMs),
    oneLine(why),
  ];
}

function modelRow({ model, state, why, until, isLastResort }: ModelStatus, nowMs: number) {
  const words = state === "cooling" && isLastResort ? "last resort" : WORDS[state];
  return [`  ${oneLine(model)}`, words, formatUntil(until, nowMs), "", "", oneLine(why)];
}

/** As in `18:05 (in 9 hours)`, in local time, with the date if it is another day. */
function formatUntil(until: string, nowMs: number): string {
  const end = new Date(until);
  const restMs = end.getTime() - nowMs;
  if (restMs <= 0) return "now";
  const day = dayOf(end) === dayOf(new Date(nowMs)) ? "" : `${dayOf(end)} `;
  const time = `${two(end.getHours())}:${two(end.getMinutes())}`;
  return `${day}${time} (in ${ms(wholeSeconds(restMs), { long: true })})`;
}

/** Rounded up, so that what ends within this second does not look ended. */
function wholeSeconds(time: number): number {
  return Math.ceil(time / 1000) * 1000;
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
