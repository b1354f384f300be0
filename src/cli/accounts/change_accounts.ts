/**
 * Makes a change to each account that a command names.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import type { AccountBook } from "../../accounts/account_book.ts";
import { viewOf } from "../../accounts/account_view.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { chosenAccounts } from "./chosen_accounts.ts";
import { isOneName } from "../terminal/chosen_names.ts";
import { printChange } from "./print_account.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { withAccountBook } from "./with_account_book.ts";

/** The change, and the message after it. */
export interface AccountsChange {
  readonly change: (book: AccountBook, name: string) => Promise<Account>;
  readonly sentence: (name: string) => string;
  readonly options: AccountsOptions;
  readonly terminal: Terminal;
}

/**
 * Changes the accounts that the arguments name.
 *
 * @param words Names and patterns.
 * @throws {AccountError} when one of them is invalid; no account is changed then.
 */
export async function changeAccounts(
  words: readonly string[],
  { change, sentence, options, terminal }: AccountsChange,
): Promise<void> {
  const changed = await withAccountBook(async (book) => {
    const { accounts } = await book.list();
    const names = chosenAccounts(words, accounts.map(({ name }) => name));
    for (const name of names) await book.get(name);
    const changed: Account[] = [];
    for (const name of names) changed.push(await change(book, name));
    return changed;
  }, { options, terminal });
  if (options.json && !isOneName(words)) {
    terminal.out(JSON.stringify(changed.map(viewOf), undefined, 2));
    return;
  }
  for (const account of changed) {
    printChange(account, { options, terminal, sentence: sentence(account.name) });
  }
}
