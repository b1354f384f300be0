/**
 * `pollux accounts show`.
 *
 * @module
 */
import { viewOf } from "../../accounts/account_view.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { withAccountBook } from "./with_account_book.ts";
import { printChange } from "./print_account.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Prints one account, without its secrets. */
export async function showAccount(
  name: string,
  options: AccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const account = await withAccountBook((book) => book.get(name), { options, terminal });
  const { models, ...view } = viewOf(account);
  const lines = Object.entries({ ...view, ...models }).map(([field, value]) =>
    `${field}: ${Array.isArray(value) ? value.join(", ") : value}`
  );
  printChange(account, { options, terminal, sentence: lines.join("\n") });
}
