/**
 * `pollux accounts enable`.
 *
 * @module
 */
import type { AccountsOptions } from "./accounts_options.ts";
import { changeAccounts } from "./change_accounts.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Enables the accounts that the arguments name; enabling an enabled account is not an error. */
export async function enableAccounts(
  words: readonly string[],
  options: AccountsOptions,
  terminal: Terminal,
): Promise<void> {
  await changeAccounts(words, {
    change: (book, name) => book.enable(name),
    sentence: (name) => `Account "${name}" is enabled`,
    options,
    terminal,
  });
}
