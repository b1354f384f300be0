/**
 * Prints an account for the commands that show one.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import { viewOf } from "../../accounts/account_view.ts";
import { flagFor } from "../terminal/data_dir_flag.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Output options. */
export interface PrintContext {
  readonly options: AccountsOptions;
  readonly terminal: Terminal;
}

/** Prints the account as JSON with `--json`, else the sentence. */
export function printChange(
  account: Account,
  context: PrintContext & { readonly sentence: string },
): void {
  const { options, terminal, sentence } = context;
  terminal.out(options.json ? JSON.stringify(viewOf(account), undefined, 2) : sentence);
}

/** Prints that an account was added. */
export function printAdded(account: Account, context: PrintContext): void {
  printKept(account, { ...context, done: `Added "${account.name}" (${account.kind})` });
}

/** Prints that an account has a new sign-in. */
export function printRenewed(account: Account, context: PrintContext): void {
  const done = `Renewed the sign-in of "${account.name}"; its other settings are unchanged`;
  printKept(account, { ...context, done: account.enabled ? `${done}, and it is enabled` : done });
}

function printKept(account: Account, context: PrintContext & { readonly done: string }): void {
  const { done, ...rest } = context;
  const { name, disabledReason } = account;
  const where = flagFor(rest.options.dataDir);
  const sentence = disabledReason === undefined
    ? `${done}; try it: pollux accounts test ${name}${where}`
    : `${done}. It is disabled, because Google refuses it: ${disabledReason}\n` +
      `After you fix this: pollux accounts enable ${name}${where}`;
  printChange(account, { ...rest, sentence });
}
