/**
 * `pollux audit`: shows the audit log.
 *
 * @module
 */
import type { AuditEntry } from "../../base/stored/audit_entry.ts";
import { defined } from "../../base/defined.ts";
import { openStore } from "../../store/open_store.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { storeLocation } from "../store_location.ts";
import { UsageError } from "../terminal/fail.ts";
import { fittedTable } from "../terminal/table_lines.ts";
import type { Terminal } from "../terminal/terminal.ts";

const HEADINGS = ["TIME", "DOOR", "ACTION", "SUBJECT", "DETAIL"];

/** The flags as parsed. */
export interface AuditOptions extends AccountsOptions {
  /** In ms since the epoch. */
  readonly since?: number;
  readonly limit: number;
}

/** Prints entries, newest first. */
export async function audit(options: AuditOptions, terminal: Terminal): Promise<void> {
  const { limit, since: sinceMs } = options;
  if (sinceMs !== undefined && sinceMs > Date.now()) {
    throw new UsageError("The time of --since must be before now");
  }
  using store = await openStore(await storeLocation(options, terminal));
  // One more tells whether there are more.
  const found = await store.audit.list({ limit: limit + 1, ...defined({ sinceMs }) });
  const entries = found.slice(0, limit);
  if (options.json) {
    terminal.out(JSON.stringify(entries, undefined, 2));
    return;
  }
  if (entries.length === 0) {
    terminal.out("No entries");
    return;
  }
  const width = terminal.size?.columns ?? Infinity;
  const { lines } = fittedTable([HEADINGS, ...entries.map(cellsOf)], {
    width,
    optional: ["DOOR", "DETAIL"],
    elastic: ["SUBJECT", "DETAIL"],
  });
  for (const line of lines) terminal.out(line);
  if (found.length > limit) terminal.out("… older ones with --limit, and everything with --json");
}

/** Times in seconds, UTC. */
function cellsOf({ at, door, action, subject, detail }: AuditEntry): readonly string[] {
  return [`${at.slice(0, 19)}Z`, door, action, subject, detail];
}
