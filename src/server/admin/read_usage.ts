/**
 * Reads stored usage for a question, for `pollux usage` and the admin API.
 *
 * @module
 */
import type { KeptRows } from "../../base/stored/kept.ts";
import type { KeyBook } from "../../keys/key_book.ts";
import { type UsageQuestion, type UsageReport, usageReport } from "../../usage/usage_report.ts";
import { DAY_MS, HOUR_MS, rangesBetween, type UsageRow } from "../../usage/usage_row.ts";
import { DEFAULT, OPEN } from "../access/caller.ts";

/** From when on usage is shown unless the user says otherwise, in ms before now. */
const DEFAULT_SINCE_MS = 30 * DAY_MS;

/** Times in ms since the epoch. */
interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** The time that a question is about; `fault` names the moment that is wrong. */
export type UsageSpan = Span & { readonly fault: "since" | "until" | undefined };

/**
 * The time that a question is about, from a full hour on: an hour is not divided.
 *
 * @param asked Default: the last 30 days, and hours of a clock that was ahead as well.
 * @param nowMs In ms since the epoch.
 */
export function usageSpan(
  asked: { readonly [Name in keyof Span]?: number | undefined },
  nowMs: number,
): UsageSpan {
  const { sinceMs: since = nowMs - DEFAULT_SINCE_MS, untilMs } = asked;
  const isEmpty = untilMs !== undefined && untilMs <= since;
  return {
    sinceMs: Math.floor(since / HOUR_MS) * HOUR_MS,
    untilMs: untilMs ?? Infinity,
    fault: since > nowMs ? "since" : isEmpty ? "until" : undefined,
  };
}

/** What usage is read from. */
export interface UsageSource {
  readonly rows: Pick<KeptRows<UsageRow>, "scan">;
  readonly keys: Pick<KeyBook, "list">;
}

/** The sums, and whether the key in question is or was known, or had usage: others are misspelled. */
export interface UsageReading {
  readonly report: UsageReport;
  readonly isKnown: boolean;
}

/**
 * Sums up what the gateways on a store have counted.
 *
 * @throws {TooManyLines} as `usageReport()` does; and when the store cannot be read.
 */
export async function readUsage(
  question: UsageQuestion,
  { rows, keys: book }: UsageSource,
): Promise<UsageReading> {
  const { keys, removed } = await book.list();
  const names = new Map([...removed, ...keys].map(({ id, name }) => [id, name]));
  const report = await usageReport(valuesOf(rows, question), { ...question, names });
  const { key } = question;
  const isKnown = key === undefined || report.total.counts.calls > 0 ||
    [...names, OPEN, DEFAULT].flat().includes(key);
  return { report, isKnown };
}

/** The rows of the time in question; others are not read. */
async function* valuesOf(
  rows: UsageSource["rows"],
  question: UsageQuestion,
): AsyncGenerator<readonly UsageRow[]> {
  for (const range of rangesBetween(question)) {
    for await (const batch of rows.scan(range)) yield batch.map(({ value }) => value);
  }
}
