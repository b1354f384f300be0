/**
 * Formats the gateway's status as text: totals, then the accounts, their quotas and the client keys, each with what
 * fails on top.
 *
 * @module
 */
import type { GatewayStatus } from "../../server/gateway_status.ts";
import { foldTo } from "../terminal/display_width.ts";
import type { TerminalSize } from "../terminal/terminal.ts";
import { accountSection, conditionOf, CONDITIONS } from "./account_section.ts";
import { KEY_CONDITIONS, keyConditionOf, keySection } from "./key_section.ts";
import { quotaSection } from "./quota_section.ts";
import { fitSection, type FittedSection } from "./section.ts";

/** Lines of a section besides its rows: an empty one, and its headings. */
const HEAD_LINES = 2;

/** How many rows each section shows before one of them shows all. */
const FIRST_ROWS = 2;

/** How the status is shown. */
export interface StatusView {
  /** Now, in ms since the epoch. */
  readonly nowMs: number;
  /** The room; undefined: nothing is cut. */
  readonly size?: TerminalSize | undefined;
}

/** Returns the lines: none is wider than the room, and there are no more than fit. */
export function statusLines(status: GatewayStatus, { nowMs, size }: StatusView): readonly string[] {
  const { accounts, keys } = status;
  const { columns: width, rows: height } = size ?? { columns: Infinity, rows: Infinity };
  const totals = totalsOf(status).flatMap((line) => foldTo(line, width, "  "));
  const sections = [
    accountSection(accounts, nowMs),
    quotaSection(accounts, nowMs),
    keySection(keys, nowMs),
  ].filter(({ rows }) => rows.length > 0).map((section) => fitSection(section, width));
  const room = height - totals.length;
  let { lines, footer } = arranged(sections, room);
  // The footer takes lines from the tables, and then it may name more.
  for (let used = 0; foldTo(footer, width).length > used && footer !== "";) {
    used = foldTo(footer, width).length;
    ({ lines, footer } = arranged(sections, room - used));
  }
  const end = footer === "" ? [] : foldTo(footer, width);
  return [...totals, ...lines, ...end].slice(0, Math.max(1, height));
}

function totalsOf({ accounts, waitingCalls, keys }: GatewayStatus): readonly string[] {
  const inFlight = accounts.reduce((sum, { callsInFlight }) => sum + callsInFlight, 0);
  const waiting = waitingCalls === 1 ? "1 waits" : `${waitingCalls} wait`;
  return [
    ...(accounts.length === 0
      ? ["No account yet; add one: pollux accounts add gemini-api NAME --key-env GEMINI_API_KEY"]
      : [
        `Accounts: ${counted(accounts.map(conditionOf), CONDITIONS)}`,
        `Calls:    ${inFlight} in flight, ${waiting} for a busy account`,
      ]),
    ...(keys.length === 0
      ? []
      : [`Keys:     ${counted(keys.map(keyConditionOf), KEY_CONDITIONS)}`]),
  ];
}

/** As in `3 (1 disabled, 2 available)`. */
function counted<T extends string>(values: readonly T[], order: readonly T[]): string {
  const parts = order
    .map((condition) => ({ condition, count: values.filter((one) => one === condition).length }))
    .filter(({ count }) => count > 0)
    .map(({ condition, count }) => `${count} ${condition}`);
  return `${values.length} (${parts.join(", ")})`;
}

/** The sections in a number of lines, and what has no room; empty if everything is there. */
function arranged(
  sections: readonly FittedSection[],
  room: number,
): { readonly lines: readonly string[]; readonly footer: string } {
  let left = room;
  const counts = sections.map(() => 0);
  function showNext(nth: number): boolean {
    const count = counts[nth] ?? 0;
    const row = sections[nth]?.rows[count];
    const lines = (row?.lines.length ?? 0) + (count === 0 ? HEAD_LINES : 0);
    if (row === undefined || lines > left) return false;
    left -= lines;
    counts[nth] = count + 1;
    return true;
  }
  // What fails is on top of each, so each shows its first rows before one shows all.
  for (let nth = 0; nth < FIRST_ROWS; nth++) sections.forEach((_, nth) => showNext(nth));
  sections.forEach((_, nth) => {
    while (showNext(nth));
  });
  const shown = sections.map(({ rows, ...rest }, nth) => ({
    ...rest,
    rows: rows.slice(0, counts[nth]),
  })).filter(({ rows }) => rows.length > 0);
  const hidden = new Map<string, number>();
  for (const { what } of sections.flatMap(({ rows }, nth) => rows.slice(counts[nth]))) {
    hidden.set(what, (hidden.get(what) ?? 0) + 1);
  }
  const leftOut = shown.flatMap((section) => section.leftOut);
  const parts = [
    ...[...hidden].map(([what, count]) => `${count} ${what}${count === 1 ? "" : "s"}`),
    ...(leftOut.length === 0 ? [] : [`the columns ${leftOut.join(", ")}`]),
    ...(shown.some(({ rows }) => rows.some(({ isCut }) => isCut)) ? ["long texts"] : []),
  ];
  return {
    lines: shown.flatMap((
      { heading, rows },
    ) => ["", heading, ...rows.flatMap(({ lines }) => lines)]),
    footer: parts.length === 0 ? "" : `… more with --json: ${parts.join(", ")}`,
  };
}
