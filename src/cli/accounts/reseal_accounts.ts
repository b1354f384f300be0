/**
 * `pollux accounts reseal`.
 *
 * @module
 */
import { resolve } from "node:path";
import { defined } from "../../base/defined.ts";
import { reseal } from "../../store/sealing/reseal.ts";
import type { AccountsOptions } from "./accounts_options.ts";
import { storeLocation } from "../store_location.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Flags of the command. */
export interface ResealAccountsOptions extends AccountsOptions {
  readonly newKeyFile?: string;
}

/** Reseals every secret under another key; no gateway may run meanwhile. */
export async function resealAccounts(
  options: ResealAccountsOptions,
  terminal: Terminal,
): Promise<void> {
  const location = await storeLocation(options, terminal);
  if ("url" in location) {
    throw new Error(
      "Cannot change the key of a shared store, because its gateways would not have the new key; " +
        "export the accounts, and import them into a new store whose gateways have the new key",
    );
  }
  const newKeyFile = options.newKeyFile === undefined ? undefined : resolve(options.newKeyFile);
  const { count, unreadable } = await reseal(
    location,
    defined({ newKeyFile }),
  );
  for (const name of unreadable) {
    terminal.err(`Warning: the secret of account "${name}" is damaged, and was not resealed`);
  }
  if (options.json) {
    terminal.out(JSON.stringify({ resealed: count, unreadable, newKeyFile }));
    return;
  }
  terminal.out(`Sealed ${count} account${count === 1 ? "" : "s"} under a new key`);
  terminal.out("Backups made before this open only with the former key");
  if (newKeyFile !== undefined) {
    terminal.out(`From now on Pollux needs the variable POLLUX_MASTER_KEY_FILE="${newKeyFile}"`);
  }
}
