/**
 * `pollux accounts export`.
 *
 * @module
 */
import { withoutRestsEnded } from "../../../accounts/account_change.ts";
import { type ExportedAccount, isExport, sealExport } from "../../../accounts/export_file.ts";
import { utf8Bytes } from "../../../base/text/text.ts";
import { openStore } from "../../../store/open_store.ts";
import { exists, writePrivateFile } from "../../../store/folder/private_file.ts";
import type { AccountsOptions } from "../accounts_options.ts";
import { LARGEST_BYTES } from "./import_source.ts";
import { withProgress } from "../../terminal/progress.ts";
import { type PassphraseSource, readPassphrase } from "../../terminal/read_passphrase.ts";
import { readUserFile } from "../../terminal/read_user_file.ts";
import { storeLocation } from "../../store_location.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/**
 * Writes every account into one sealed file, mode 0600. An account whose secret cannot be opened is
 * left out and reported.
 */
export async function exportAccounts(
  path: string,
  options: AccountsOptions & PassphraseSource,
  terminal: Terminal,
): Promise<void> {
  await refuseOtherFile(path);
  const accounts: ExportedAccount[] = [];
  const leftOut: string[] = [];
  {
    using store = await openStore(await storeLocation(options, terminal));
    for (const { id, name, fields, secret } of await store.accounts.list()) {
      if (secret === undefined) leftOut.push(name);
      else accounts.push({ id, name, fields: withoutRestsEnded(fields), secret });
    }
  }
  const passphrase = await readPassphrase(options, { terminal, isNew: true });
  if (accounts.length + leftOut.length === 0) {
    throw new Error(
      "There is no account to export, so nothing was written; name another folder with --data-dir",
    );
  }
  const text = await withProgress(() => sealExport(accounts, passphrase), {
    what: "Sealing the file",
    terminal,
  });
  writePrivateFile(path, utf8Bytes(text));
  for (const name of leftOut) {
    terminal.err(`Warning: account "${name}" is skipped: its secret is damaged`);
  }
  const { length } = accounts;
  terminal.out(
    options.json
      ? JSON.stringify({ file: path, exported: length, leftOut })
      : `Wrote ${length} account${length === 1 ? "" : "s"} to "${path}"; ` +
        `only the passphrase opens it: pollux accounts import "${path}"`,
  );
}

/** Allows overwriting an earlier export; any other file was probably named by mistake. */
async function refuseOtherFile(path: string): Promise<void> {
  if (!exists(path)) return;
  const text = await readUserFile(path, "export of Pollux", { largestBytes: LARGEST_BYTES });
  if (isExport(text)) return;
  throw new Error(`"${path}" exists and is not an export of Pollux; choose another name`);
}
