/**
 * `pollux accounts disable`.
 *
 * @module
 */
import type { AccountsOptions } from "./accounts_options.ts";
import { withAccountBook } from "./with_account_book.ts";
import { printChange } from "./print_account.ts";
import type { Terminal } from "./terminal.ts";

/** Disables one account; doing it twice is no error. */
export async function disableAccount(
  name: string,
  options: AccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const account = await withAccountBook((book) => book.disable(name), { options, terminal });
  printChange(account, { options, terminal, sentence: `Account "${name}" is disabled` });
}
