/**
 * `pollux usage`: sums up what the gateways on a store have counted.
 *
 * @module
 */
import { openStore } from "../../store/open_store.ts";
import {
  type Dimension,
  type UsageQuestion,
  type UsageReport,
  usageReport,
} from "../../usage/usage_report.ts";
import { DAY_MS, HOUR_MS, USAGE, type UsageRow } from "../../usage/usage_row.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { storeLocation } from "../store_location.ts";
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
  const { by, since = nowMs - DEFAULT_SINCE_MS, until: untilMs = nowMs, key } = options;
  // An hour is not divided.
  const question = { by, sinceMs: Math.floor(since / HOUR_MS) * HOUR_MS, untilMs, key };
  const report = await readReport(question, { options, terminal });
  if (options.json) terminal.out(JSON.stringify(usageJson(report, question), undefined, 2));
  else if (options.csv) { for (const line of csvLines(report, by)) terminal.out(line); }
  else {
    const columns = columnsOf();
    for (const line of usageLines(report, question)) terminal.out(line.slice(0, columns).trimEnd());
  }
}

/** The width of the terminal; undefined where the output goes elsewhere. */
function columnsOf(): number | undefined {
  return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : undefined;
}

async function readReport(
  question: UsageQuestion,
  { options, terminal }: { readonly options: AccountsOptions; readonly terminal: Terminal },
): Promise<UsageReport> {
  using store = await openStore(await storeLocation(options, terminal));
  const keeper = store.keeper({ clock: Date, onProblem() {} });
  const rows = keeper.open(USAGE, { restore() {}, adopt() {} });
  return await usageReport(valuesOf(rows.scan()), question);
}

async function* valuesOf(
  batches: AsyncIterable<readonly { readonly value: UsageRow }[]>,
): AsyncGenerator<readonly UsageRow[]> {
  for await (const batch of batches) yield batch.map(({ value }) => value);
}
