/**
 * `pollux usage`: sums up what the gateways on a store have counted.
 *
 * @module
 */
import { KeyBook } from "../../keys/key_book.ts";
import { readUsage, usageSpan } from "../../server/admin/read_usage.ts";
import { openStore } from "../../store/open_store.ts";
import { usageJson } from "../../usage/usage_json.ts";
import type { Dimension, UsageQuestion, UsageReport } from "../../usage/usage_report.ts";
import { USAGE } from "../../usage/usage_row.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { storeLocation } from "../store_location.ts";
import { UsageError } from "../terminal/fail.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { csvLines, usageLines } from "./usage_lines.ts";

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
  const { by, since, until, key } = options;
  const nowMs = Date.now();
  const span = usageSpan({ sinceMs: since, untilMs: until }, nowMs);
  if (span.fault === "since") throw new UsageError("The time of --since must be before now");
  if (span.fault === "until") {
    throw new UsageError(
      "The time of --until must be after that of --since, which is 30 days ago unless you name it",
    );
  }
  const { sinceMs, untilMs } = span;
  const report = await readReport({ by, sinceMs, untilMs, key }, { options, terminal });
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
  const keeper = store.keeper({ clock: Date, onProblem() {} });
  const rows = keeper.open(USAGE, { restore() {}, adopt() {} });
  const keys = new KeyBook(store.clientKeys, Date);
  const { report, isKnown } = await readUsage(question, { rows, keys });
  if (isKnown) return report;
  throw new Error(
    `No key "${question.key}" is known, and none of that name used anything in that time; ` +
      '"pollux keys list" shows all keys',
  );
}
