/**
 * The daily pass over stored usage: the hours of old days are folded into days, and what is older than the retention
 * is deleted. It reads only what is old. Several gateways on one store may do it at the same time.
 *
 * @module
 */
import type { KeptRows } from "../base/stored/kept.ts";
import { UsageCounts } from "./usage_counts.ts";
import {
  DAY_MS,
  dayKey,
  dayOf,
  daysBefore,
  hoursBefore,
  periodAt,
  type UsageRow,
} from "./usage_row.ts";

/** How long the sums of hours are kept, in ms. */
export const HOURS_KEPT_MS = 35 * DAY_MS;

/** Most rows that one transaction folds. */
const MOST_MERGED = 50;

/** Most rows whose keys are in memory until they are folded; a day with more of them is folded in parts. */
const MOST_HELD = 20_000;

/** The stored rows. */
type StoredUsage = Pick<KeptRows<UsageRow>, "scan" | "merge" | "remove">;

/** Options of a pass. */
export interface KeepUsageOptions {
  readonly nowMs: number;
  /** How long usage is kept, in ms. */
  readonly retentionMs: number;
  /** Ends the pass early: the next one does the rest. Default: it does not end early. */
  readonly signal?: AbortSignal;
}

/**
 * Folds and deletes old rows.
 *
 * @throws When the store fails. What was done until then stays done.
 */
export async function keepUsage(
  rows: StoredUsage,
  { nowMs, retentionMs, signal }: KeepUsageOptions,
): Promise<void> {
  // A retention may be longer than the time since any date.
  const expired = dayOf(periodAt(Math.max(0, nowMs - retentionMs - DAY_MS)));
  for (const range of [daysBefore(expired), hoursBefore(expired)]) {
    for await (const batch of rows.scan(range)) {
      if (signal?.aborted) return;
      await rows.remove(batch.map(({ key }) => key));
    }
  }
  await foldHours(rows, { until: dayOf(periodAt(nowMs - HOURS_KEPT_MS - DAY_MS)), signal });
}

/** Folds the hours before a day. */
async function foldHours(
  rows: StoredUsage,
  { until, signal }: { readonly until: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  let held = 0;
  let day = "";
  const hours = new Map<string, HoursOfDay>();
  for await (const batch of rows.scan(hoursBefore(until))) {
    for (const { key, value } of batch) {
      // Hours are in order, so that those of one day follow each other.
      if (dayOf(value.period) !== day || held >= MOST_HELD) {
        await foldDay(rows, hours, signal);
        if (signal?.aborted) return;
        hours.clear();
        held = 0;
        day = dayOf(value.period);
      }
      const into = dayKey({ ...value, period: day });
      const name = into.join(" ");
      const same = hours.get(name);
      if (same === undefined) hours.set(name, { into, from: [key] });
      else same.from.push(key);
      held++;
    }
  }
  await foldDay(rows, hours, signal);
}

/** The keys of the hours of one day, key, account, model and method, and that of their sum. */
interface HoursOfDay {
  readonly into: readonly string[];
  readonly from: (readonly string[])[];
}

async function foldDay(
  rows: Pick<StoredUsage, "merge">,
  hours: ReadonlyMap<string, HoursOfDay>,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { into, from } of hours.values()) {
    for (let start = 0; start < from.length; start += MOST_MERGED) {
      if (signal?.aborted) return;
      // Where it fails, another gateway is folding the same rows, or the next pass folds them.
      await rows.merge(from.slice(start, start + MOST_MERGED), { key: into, sum: sumOfRows });
    }
  }
}

/** The sum of rows of the same day, key, account, model and method. There is at least one. */
function sumOfRows(values: readonly UsageRow[]): UsageRow {
  const latest = values.toSorted((one, other) => one.period < other.period ? -1 : 1).at(-1);
  if (latest === undefined) throw new TypeError("There is no row to sum up");
  const sums = new UsageCounts();
  for (const value of values) sums.add(value.sums);
  return { ...latest, period: dayOf(latest.period), sums };
}
