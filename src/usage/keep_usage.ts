/**
 * The daily pass over stored usage: the hours of old days are folded into days, and what is older than the retention
 * is deleted. Several gateways on one store may do it at the same time.
 *
 * @module
 */
import type { KeptRow, KeptRows } from "../base/kept.ts";
import { UsageCounts } from "./usage_counts.ts";
import { DAY_MS, dayKey, dayOf, isHour, startOf, type UsageRow } from "./usage_row.ts";

/** How long the sums of hours are kept, in ms. */
export const HOURS_KEPT_MS = 35 * DAY_MS;

/** Most rows that one transaction folds. */
const MOST_MERGED = 50;

/** Most rows that one pass deletes: they wait in memory until they are written. */
const MOST_DELETED = 20_000;

/** Options of a pass. */
export interface KeepUsageOptions {
  readonly nowMs: number;
  /** How long usage is kept, in ms. */
  readonly retentionMs: number;
}

/**
 * Folds and deletes old rows.
 *
 * @throws When the store fails. What was done until then stays done.
 */
export async function keepUsage(
  rows: Pick<KeptRows<UsageRow>, "scan" | "merge" | "delete">,
  { nowMs, retentionMs }: KeepUsageOptions,
): Promise<void> {
  let deleted = 0;
  let day = "";
  let hours = new Map<string, KeptRow<UsageRow>[]>();
  for await (const batch of rows.scan()) {
    for (const row of batch) {
      const { period } = row.value;
      const endMs = startOf(dayOf(period)) + DAY_MS;
      if (endMs < nowMs - retentionMs) {
        if (deleted++ < MOST_DELETED) rows.delete(row.key);
      } else if (isHour(row.key) && endMs < nowMs - HOURS_KEPT_MS) {
        // Hours are in order, so that only those of one day are in memory.
        if (dayOf(period) !== day) {
          await foldDay(rows, hours);
          hours = new Map();
          day = dayOf(period);
        }
        const name = JSON.stringify(dayKey({ ...row.value, period: day }));
        const same = hours.get(name);
        if (same === undefined) hours.set(name, [row]);
        else same.push(row);
      }
    }
  }
  await foldDay(rows, hours);
}

async function foldDay(
  rows: Pick<KeptRows<UsageRow>, "merge">,
  hours: ReadonlyMap<string, readonly KeptRow<UsageRow>[]>,
): Promise<void> {
  for (const same of hours.values()) {
    for (let start = 0; start < same.length; start += MOST_MERGED) {
      const some = same.slice(start, start + MOST_MERGED);
      const [first] = some;
      if (first === undefined) continue;
      // Where it fails, another gateway is folding the same rows, or the next pass folds them.
      await rows.merge(some.map(({ key }) => key), {
        key: dayKey({ ...first.value, period: dayOf(first.value.period) }),
        sum: sumOfRows,
      });
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
