/**
 * `pollux accounts disable`.
 *
 * @module
 */
import type { AccountsOptions } from "./accounts_options.ts";
import { changeAccounts } from "./change_accounts.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Disables the accounts that the words name; doing it twice is no error. */
export async function disableAccounts(
  words: readonly string[],
  options: AccountsOptions,
  terminal: Terminal,
): Promise<void> {
  await changeAccounts(words, {
    change: (book, name) => book.disable(name),
    sentence: (name) => `Account "${name}" is disabled`,
    options,
    terminal,
  });
}
