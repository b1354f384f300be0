/**
 * `pollux accounts disable`.
 *
 * @module
 */
import type { AccountsOptions } from "./accounts_options.ts";
import { changeAccounts } from "./change_accounts.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Disables the accounts that the arguments name; disabling a disabled account is not an error. */
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
