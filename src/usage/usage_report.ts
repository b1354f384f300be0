/**
 * Sums of stored usage, by what the user asks for.
 *
 * @module
 */
import { UsageCounts } from "./usage_counts.ts";
import { DAY_MS, dayOf, HOUR_MS, startOf, type UsageRow } from "./usage_row.ts";

/** What usage can be summed up by. */
export const DIMENSIONS = ["key", "account", "model", "method", "day", "hour"] as const;

/** Something that usage can be summed up by. */
export type Dimension = (typeof DIMENSIONS)[number];

/** Most lines of a report, which is made in memory. */
const MOST_LINES = 50_000;

/** Thrown when what the user asks for would have too many lines. */
export class TooManyLines extends Error {
  override readonly name = "TooManyLines";

  constructor(by: readonly Dimension[]) {
    super(
      `There are more than ${MOST_LINES} lines by ${
        by.join(",")
      }: name less with --by, or a shorter time with ` +
        "--since and --until",
    );
  }
}

/** What to sum up. */
export interface UsageQuestion {
  /** Each combination of these has a line. */
  readonly by: readonly Dimension[];
  /** The first and the last moment, in ms since the epoch: periods that begin before the last and end after the first. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** The id or the name of a key; undefined: all. */
  readonly key?: string | undefined;
  /** Names of keys by their ids. A key that is not there is shown by its latest name in the rows. */
  readonly names?: ReadonlyMap<string, string>;
}

/** The sums of one combination. */
export interface UsageLine {
  /** The values in the order of {@linkcode UsageQuestion.by}. */
  readonly values: readonly string[];
  /** The key's id, if the lines are by key: a name can be that of two keys, one after the other. */
  readonly keyId?: string;
  readonly sums: UsageCounts;
}

/** The sums of all calls, and those by combination: the most expensive first, or in the order of time. */
export interface UsageReport {
  readonly total: UsageCounts;
  readonly lines: readonly UsageLine[];
}

/**
 * Sums up rows.
 *
 * @param rows Batches of stored rows.
 * @throws {TooManyLines} when the report does not fit into memory.
 */
export async function usageReport(
  rows: AsyncIterable<readonly UsageRow[]>,
  { by, sinceMs, untilMs, key, names: known }: UsageQuestion,
): Promise<UsageReport> {
  const total = new UsageCounts();
  const groups = new Map<string, Group>();
  const names = new Map<string, { readonly name: string; readonly period: string }>();
  for await (const batch of rows) {
    for (const row of batch) {
      const { keyId, keyName, period } = row;
      if ((names.get(keyId)?.period ?? "") <= period) names.set(keyId, { name: keyName, period });
      const startMs = startOf(period);
      const endMs = startMs + (dayOf(period) === period ? DAY_MS : HOUR_MS);
      if (startMs >= untilMs || endMs <= sinceMs) continue;
      // With the key's id always in the name, keys of the same name stay apart until their last names are known.
      const values = by.map((dimension) => valueOf(row, dimension));
      const name = JSON.stringify(
        by.includes("key") || key !== undefined ? [keyId, values] : values,
      );
      let group = groups.get(name);
      if (group === undefined) {
        if (groups.size >= MOST_LINES) throw new TooManyLines(by);
        groups.set(name, group = { keyId, values, sums: new UsageCounts() });
      }
      group.sums.add(row.sums);
    }
  }
  const lastName = (keyId: string) => known?.get(keyId) ?? names.get(keyId)?.name ?? keyId;
  const chosen = [...groups.values()].filter(({ keyId }) =>
    key === undefined || keyId === key || lastName(keyId) === key
  );
  const lines = new Map<string, UsageLine>();
  for (const { keyId, values: raw, sums } of chosen) {
    total.add(sums);
    const values = raw.map((value, nth) => by[nth] === "key" ? lastName(keyId) : value);
    const isByKey = by.includes("key");
    const name = JSON.stringify(isByKey ? [keyId, values] : values);
    const line = lines.get(name);
    if (line === undefined) lines.set(name, { values, sums, ...(isByKey ? { keyId } : {}) });
    else line.sums.add(sums);
  }
  return { total, lines: by.length === 0 ? [] : inOrder([...lines.values()], by) };
}

interface Group {
  readonly keyId: string;
  readonly values: readonly string[];
  readonly sums: UsageCounts;
}

function valueOf(row: UsageRow, dimension: Dimension): string {
  switch (dimension) {
    case "key":
      return row.keyId;
    case "day":
      return dayOf(row.period);
    case "hour":
      return row.period;
    default:
      return row[dimension];
  }
}

/** Times in their order; else what cost most, then what had most tokens and calls. */
function inOrder(lines: UsageLine[], by: readonly Dimension[]): readonly UsageLine[] {
  const time = by.findIndex((dimension) => dimension === "day" || dimension === "hour");
  return lines.sort((one, other) => {
    const [period = "", otherPeriod = ""] = [one.values[time], other.values[time]];
    if (period !== otherPeriod) return period < otherPeriod ? -1 : 1;
    const [of, ofOther] = [weightOf(one.sums), weightOf(other.sums)];
    for (const [nth, weight] of of.entries()) {
      const difference = (ofOther[nth] ?? 0) - weight;
      if (difference !== 0) return difference;
    }
    return one.values.join("\0") < other.values.join("\0") ? -1 : 1;
  });
}

function weightOf({ counts }: UsageCounts): readonly number[] {
  return [counts.microUsd, counts.prompt + counts.output + counts.thoughts, counts.calls];
}
