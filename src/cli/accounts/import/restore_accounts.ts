/**
 * `pollux accounts import` for a file that `pollux accounts export` wrote.
 *
 * @module
 */
import { openExport, readExport } from "../../../accounts/export_file.ts";
import { auditedAccounts } from "../../../accounts/audited_accounts.ts";
import { restore, type RestoredAccount } from "../../../accounts/restore.ts";
import { openStore } from "../../../store/open_store.ts";
import type { AccountsOptions } from "../accounts_options.ts";
import { withProgress } from "../../terminal/progress.ts";
import { type PassphraseSource, readPassphrase } from "../../terminal/read_passphrase.ts";
import { tableLines } from "../../terminal/table_lines.ts";
import { storeLocation } from "../../store_location.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Flags of the command. */
export interface RestoreAccountsOptions extends AccountsOptions, PassphraseSource {
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

/** Descriptions of the results; those of a dry run where they differ. */
const RESULTS: Readonly<Record<RestoredAccount["outcome"], readonly [string, string?]>> = {
  added: ["added", "would be added"],
  replaced: ["replaced", "would be replaced"],
  same: ["already there"],
  skipped: ["skipped: another account has its name; replace it with --replace"],
};

/** Restores every account of the file with that text, and prints the result of each. */
export async function restoreAccounts(
  text: string,
  options: RestoreAccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const { replace = false, dryRun = false } = options;
  const file = readExport(text);
  const passphrase = await readPassphrase(options, { terminal, isNew: false });
  const accounts = await withProgress(() => openExport(file, passphrase), {
    what: "Opening the file",
    terminal,
  });
  using store = await openStore(await storeLocation(options, terminal));
  const restored = await restore(accounts, auditedAccounts(store.accounts, "command"), {
    replace,
    dryRun,
  });
  const rows = restored.map(({ name, outcome }) => {
    const [done, wouldBe = done] = RESULTS[outcome];
    return { name, result: dryRun ? wouldBe : done };
  });
  if (options.json) {
    terminal.out(JSON.stringify(rows, undefined, 2));
  } else if (rows.length === 0) {
    terminal.out("It contains no account");
  } else {
    const cells = rows.map(({ name, result }) => [name, result]);
    for (const line of tableLines([["ACCOUNT", "RESULT"], ...cells])) terminal.out(line);
  }
}
