/**
 * `pollux accounts remove`.
 *
 * @module
 */
import type { AccountsOptions } from "./accounts_options.ts";
import { UsageError } from "./fail.ts";
import { withAccountBook } from "./with_account_book.ts";
import type { Terminal } from "./terminal.ts";

/** Removes one account, once the user is sure; removing what is not there is no error. */
export async function removeAccount(
  name: string,
  options: AccountsOptions & { readonly yes?: boolean },
  terminal: Terminal,
): Promise<void> {
  if (!options.yes) {
    if (!terminal.isInteractive) {
      throw new UsageError("Nobody is there to be asked; repeat the command with --yes");
    }
    if (!terminal.confirm(`Remove account "${name}" and its secrets?`)) {
      throw new Error("Nothing was removed");
    }
  }
  const removed = await withAccountBook((book) => book.remove(name), { options, terminal });
  if (options.json) terminal.out(JSON.stringify({ name, removed }));
  else terminal.out(removed ? `Removed "${name}"` : `There is no account "${name}" (any more)`);
}
