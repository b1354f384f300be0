/**
 * How commands show an account.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { viewOf } from "../accounts/account_view.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import type { Terminal } from "./terminal.ts";

/** How and where to print. */
export interface PrintContext {
  readonly options: AccountsOptions;
  readonly terminal: Terminal;
}

/** Prints the account as JSON where `--json` asks for it, else the sentence. */
export function printChange(
  account: Account,
  context: PrintContext & { readonly sentence: string },
): void {
  const { options, terminal, sentence } = context;
  terminal.out(options.json ? JSON.stringify(viewOf(account), undefined, 2) : sentence);
}

/** Says that an account was added. */
export function printAdded(account: Account, context: PrintContext): void {
  printChange(account, {
    ...context,
    sentence:
      `Added "${account.name}" (${account.kind}); try it: pollux accounts test ${account.name}`,
  });
}
