/**
 * `pollux accounts import`, of a file that `pollux accounts export` wrote.
 *
 * @module
 */
import { openExport, readExport } from "../accounts/export_file.ts";
import { restore, type RestoredAccount } from "../accounts/restore.ts";
import { openStore } from "../store/open_store.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { folderLocation } from "./folder_location.ts";
import { readExportFile } from "./read_export_file.ts";
import { type PassphraseSource, readPassphrase } from "./read_passphrase.ts";
import type { Terminal } from "./terminal.ts";

/** Flags of the command. */
export interface RestoreAccountsOptions extends AccountsOptions, PassphraseSource {
  readonly replace?: boolean;
}

const SENTENCES: Readonly<Record<RestoredAccount["outcome"], (name: string) => string>> = {
  added: (name) => `Added "${name}"`,
  replaced: (name) => `Replaced "${name}"`,
  same: (name) => `"${name}" is there already, as it was exported`,
  skipped: (name) =>
    `Skipped "${name}": there is another account of that name; replace it with --replace`,
};

/** Takes over every account of the file, and says what became of each. */
export async function restoreAccounts(
  path: string,
  options: RestoreAccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const file = readExport(await readExportFile(path));
  const passphrase = await readPassphrase(options, { terminal, isNew: false });
  const accounts = await openExport(file, passphrase);
  using store = await openStore(folderLocation(options, terminal));
  const restored = await restore(accounts, store.accounts, { replace: options.replace ?? false });
  if (options.json) terminal.out(JSON.stringify(restored, undefined, 2));
  else if (restored.length === 0) terminal.out("There is no account in the file");
  else for (const { name, outcome } of restored) terminal.out(SENTENCES[outcome](name));
}
