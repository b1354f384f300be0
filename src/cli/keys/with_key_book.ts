/**
 * Opens the client keys of the store that a command's flags and environment select.
 *
 * @module
 */
import { KeyBook } from "../../keys/key_book.ts";
import { openStore, type Store } from "../../store/open_store.ts";
import type { AccountsOptions } from "../accounts/accounts_options.ts";
import { storeLocation } from "../store_location.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** What every command gets. */
export interface KeysContext {
  readonly options: AccountsOptions;
  readonly terminal: Terminal;
}

/** Runs `work` on the keys, and closes the store afterwards. A gateway may use it meanwhile. */
export async function withKeyBook<Result>(
  work: (book: KeyBook, store: Store) => Promise<Result>,
  { options, terminal }: KeysContext,
): Promise<Result> {
  using store = await openStore(await storeLocation(options, terminal));
  return await work(new KeyBook(store.clientKeys, Date, { door: "command" }), store);
}
