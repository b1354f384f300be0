/**
 * Opens the accounts of the store that a command's flags and environment select.
 *
 * @module
 */
import { AccountBook } from "../../accounts/account_book.ts";
import { openStore, type Store } from "../../store/open_store.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { storeLocation } from "../store_location.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Runs `work` on the accounts, and closes them afterwards. A gateway may use them meanwhile. */
export async function withAccountBook<Result>(
  work: (book: AccountBook, store: Store) => Promise<Result>,
  context: { readonly options: AccountsOptions; readonly terminal: Terminal },
): Promise<Result> {
  using store = await openStore(await storeLocation(context.options, context.terminal));
  try {
    return await work(new AccountBook(store.accounts, Date, { door: "command" }), store);
  } finally {
    await store.turns.idle();
  }
}
