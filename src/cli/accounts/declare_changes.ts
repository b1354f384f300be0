/**
 * Declares `pollux accounts enable`, `disable` and `remove`.
 *
 * @module
 */
import type { Command } from "commander";
import { ACCOUNT_NAMES, withShared } from "./accounts_options.ts";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the commands to the group. */
export function declareChanges(accounts: Command, terminal: Terminal): void {
  const enable = withShared(accounts.command("enable"))
    .description("let the gateway use accounts")
    .argument("<account...>", ACCOUNT_NAMES)
    .action(async (words, options) => {
      const { enableAccounts } = await import("./enable_accounts.ts");
      await enableAccounts(words, options, terminal);
    });

  withHelp(enable, {
    output: ["One line for each. A running gateway uses the change within two seconds."],
    examples: ["pollux accounts enable home", "pollux accounts enable home work"],
  });

  const disable = withShared(accounts.command("disable"))
    .description("keep accounts without using them")
    .argument("<account...>", ACCOUNT_NAMES)
    .action(async (words, options) => {
      const { disableAccounts } = await import("./disable_accounts.ts");
      await disableAccounts(words, options, terminal);
    });

  withHelp(disable, {
    output: ["One line for each. Requests in flight finish on their account."],
    examples: ["pollux accounts disable home", 'pollux accounts disable "team-*"'],
  });

  const remove = withShared(accounts.command("remove"))
    .description("remove accounts and their secrets")
    .argument("<account...>", ACCOUNT_NAMES)
    .option("--yes", "do not ask")
    .action(async (words, options) => {
      const { removeAccounts } = await import("./remove_accounts.ts");
      await removeAccounts(words, options, terminal);
    });

  withHelp(remove, {
    output: ["One line for each, even if there was no such account."],
    examples: ["pollux accounts remove home", "pollux accounts remove home --yes"],
  });
}
