/**
 * `pollux usage`: sums up what the gateways on a store have counted.
 *
 * @module
 */
import type { KeptRows } from "../../base/kept.ts";
import { KeyBook } from "../../keys/key_book.ts";
import { DEFAULT, OPEN } from "../../server/access/caller.ts";
import { openStore } from "../../store/open_store.ts";
import {
  type Dimension,
  type UsageQuestion,
  type UsageReport,
  usageReport,
} from "../../usage/usage_report.ts";
import { DAY_MS, HOUR_MS, rangesBetween, USAGE, type UsageRow } from "../../usage/usage_row.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { storeLocation } from "../store_location.ts";
import { UsageError } from "../terminal/fail.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { csvLines, usageJson, usageLines } from "./usage_lines.ts";

const DEFAULT_SINCE_MS = 30 * DAY_MS;

/** The flags as parsed; moments in ms since the epoch. */
export interface UsageOptions extends AccountsOptions {
  readonly by: readonly Dimension[];
  readonly since?: number;
  readonly until?: number;
  readonly key?: string;
  readonly csv?: boolean;
}

/** Prints sums of usage. */
export async function usage(options: UsageOptions, terminal: Terminal): Promise<void> {
  const nowMs = Date.now();
  const { by, since = nowMs - DEFAULT_SINCE_MS, until, key } = options;
  // An hour is not divided. Without an end, hours of a clock that was ahead are shown as well.
  const sinceMs = Math.floor(since / HOUR_MS) * HOUR_MS;
  if (since > nowMs) throw new UsageError("The time of --since must be before now");
  if (until !== undefined && until <= since) {
    throw new UsageError(
      "The time of --until must be after that of --since, which is 30 days ago unless you name it",
    );
  }
  const report = await readReport(
    { by, sinceMs, untilMs: until ?? Infinity, key },
    { options, terminal },
  );
  const shown = { by, sinceMs, untilMs: until ?? nowMs };
  if (options.json) terminal.out(JSON.stringify(usageJson(report, shown), undefined, 2));
  else if (options.csv) { for (const line of csvLines(report, by)) terminal.out(line); }
  else for (const line of usageLines(report, shown, terminal.size?.columns)) terminal.out(line);
}

async function readReport(
  question: UsageQuestion,
  { options, terminal }: { readonly options: AccountsOptions; readonly terminal: Terminal },
): Promise<UsageReport> {
  using store = await openStore(await storeLocation(options, terminal));
  const { keys, removed } = await new KeyBook(store.clientKeys, Date).list();
  const names = new Map([...removed, ...keys].map(({ id, name }) => [id, name]));
  const keeper = store.keeper({ clock: Date, onProblem() {} });
  const rows = keeper.open(USAGE, { restore() {}, adopt() {} });
  const report = await usageReport(valuesOf(rows, question), { ...question, names });
  const { key } = question;
  if (key !== undefined && report.total.counts.calls === 0) mustExist(key, names);
  return report;
}

/**
 * Tells a key without usage from a misspelled one.
 *
 * @throws {Error} when there never was a key of that name or id.
 */
function mustExist(key: string, names: ReadonlyMap<string, string>): void {
  const known = [...names, OPEN, DEFAULT].flat();
  if (known.includes(key)) return;
  throw new Error(
    `No key "${key}" is known, and none of that name used anything in that time; ` +
      '"pollux keys list" shows all keys',
  );
}

/** The rows of the time in question; others are not read. */
async function* valuesOf(
  rows: Pick<KeptRows<UsageRow>, "scan">,
  question: UsageQuestion,
): AsyncGenerator<readonly UsageRow[]> {
  for (const range of rangesBetween(question)) {
    for await (const batch of rows.scan(range)) yield batch.map(({ value }) => value);
  }
}
