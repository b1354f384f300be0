/**
 * The stored rows of usage. A gateway writes rows of its own, so that several gateways, or one before and after
 * a restart, never overwrite each other's; a reader adds them up.
 *
 *     ["v1", "usage", "hours", "2026-11-29T06", run, of]  → sums of an hour (UTC)
 *     ["v1", "usage", "days", "2026-11-29", of]           → sums of a day, in place of those of its hours
 *
 * `run` names the run of a gateway, and `of` is the digest of the key, the account, the model and the method.
 *
 * @module
 */
import { hash } from "node:crypto";
import { isJsonObject } from "../base/json.ts";
import type { KeptKind, KeptRange } from "../base/stored/kept.ts";
import { UsageCounts } from "./usage_counts.ts";

/** An hour in ms, the length of a row's period. */
export const HOUR_MS = 3_600_000;

/** A day in ms. */
export const DAY_MS = 24 * HOUR_MS;

/** Whose calls a row sums up. */
export interface UsageSubject {
  /** The client key's id; `open` and `default` as in the record of a call. */
  readonly keyId: string;
  /** The key's name when the row was written: a removed key is shown by it. */
  readonly keyName: string;
  /** The account's name; empty for calls that reached none. */
  readonly account: string;
  /** Empty for calls without a model, and of models that do not exist. */
  readonly model: string;
  readonly method: string;
}

/** The sums of some calls in a period. */
export interface UsageRow extends UsageSubject {
  /** The period's start: `2026-11-29T06` for an hour, `2026-11-29` for a day, both UTC. */
  readonly period: string;
  readonly sums: UsageCounts;
}

/** The kind of row. Rows do not expire by themselves: the daily pass deletes them. */
export const USAGE: KeptKind<UsageRow> = {
  name: "usage",
  label: "usage",
  ifUnread: "it is not shown",
  leftMs: () => Infinity,
  encode: ({ sums, ...subject }) => ({ ...subject, sums: sums.encode() }),
  decode: decodeRow,
  // They have waited for further calls already.
  writeMs: 50,
  // No gateway reads the rows of others, so that a note says nothing.
  note: { field: "usage", encode: () => [], decode: () => ({ key: [], value: undefined }) },
};

/** The hour of a moment in ms since the epoch, as in `2026-11-29T06`. */
export function periodAt(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13);
}

/** The day of a period, as in `2026-11-29`. */
export function dayOf(period: string): string {
  return period.slice(0, 10);
}

/** When a period begins, in ms since the epoch. */
export function startOf(period: string): number {
  return Date.parse(period.length > 10 ? `${period}:00:00Z` : `${period}T00:00:00Z`);
}

/** The key of an hour's row. */
export function hourKey(row: UsageRow, run: string): readonly string[] {
  return ["hours", row.period, run, digestOf(row)];
}

/** The key of a day's row. */
export function dayKey(row: UsageRow): readonly string[] {
  return ["days", row.period, digestOf(row)];
}

/** The rows of hours before a day, as in `2026-11-29`. */
export function hoursBefore(day: string): KeptRange {
  return { under: ["hours"], from: "", until: day };
}

/** The rows of days before a day. */
export function daysBefore(day: string): KeptRange {
  return { under: ["days"], from: "", until: day };
}

/** The rows of days and of hours that begin before `untilMs` and end after `sinceMs`; in ms since the epoch. */
export function rangesBetween(
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): readonly KeptRange[] {
  const first = periodAt(sinceMs);
  const last = untilMs === Infinity ? "" : periodAt(untilMs - 1);
  return [
    { under: ["days"], from: dayOf(first), until: `${dayOf(last)}${AFTER}` },
    { under: ["hours"], from: first, until: `${last}${AFTER}` },
  ];
}

/** Is greater than any character of a period. */
const AFTER = "~";

function digestOf({ keyId, account, model, method }: UsageSubject): string {
  return hash("sha256", JSON.stringify([keyId, account, model, method]), "base64url").slice(0, 22);
}

function decodeRow(stored: unknown): UsageRow | undefined {
  if (!isJsonObject(stored)) return undefined;
  const { keyId, keyName, account, model, method, period } = stored;
  const sums = UsageCounts.decode(stored["sums"]);
  if (
    typeof keyId !== "string" || typeof keyName !== "string" || typeof account !== "string" ||
    typeof model !== "string" || typeof method !== "string" || typeof period !== "string" ||
    sums === undefined
  ) return undefined;
  return { keyId, keyName, account, model, method, period, sums };
}
