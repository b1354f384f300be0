/**
 * `pollux accounts remove`.
 *
 * @module
 */
import type { AccountsOptions } from "./accounts_options.ts";
import { chosenAccounts } from "./chosen_accounts.ts";
import { isOneName } from "../terminal/chosen_names.ts";
import { UsageError } from "../terminal/fail.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { withAccountBook } from "./with_account_book.ts";

/** The result for one account. */
interface Removal {
  readonly name: string;
  /** False if there was no such account. */
  readonly removed: boolean;
}

/**
 * Removes the accounts that the arguments name after the user confirms; removing a missing account is
 * not an error.
 */
export async function removeAccounts(
  words: readonly string[],
  options: AccountsOptions & { readonly yes?: boolean },
  terminal: Terminal,
): Promise<void> {
  if (!options.yes && !terminal.isInteractive) {
    throw new UsageError("Not a terminal, so cannot ask; use --yes");
  }
  const removals = await withAccountBook(async (book) => {
    const { accounts, unreadable } = await book.list();
    const names = chosenAccounts(words, [...accounts, ...unreadable].map(({ name }) => name));
    if (!options.yes && !terminal.confirm(questionFor(names))) {
      throw new Error("Nothing was removed");
    }
    const removals: Removal[] = [];
    for (const name of names) removals.push({ name, removed: await book.remove(name) });
    return removals;
  }, { options, terminal });
  if (options.json) {
    terminal.out(JSON.stringify(isOneName(words) ? removals[0] : removals));
    return;
  }
  for (const { name, removed } of removals) {
    terminal.out(removed ? `Removed "${name}"` : `There is no account "${name}"`);
  }
}

function questionFor(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`).join(", ");
  return names.length === 1
    ? `Remove account ${quoted} and its secrets?`
    : `Remove ${names.length} accounts and their secrets (${quoted})?`;
}
