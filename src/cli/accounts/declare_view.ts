/**
 * Declares `pollux accounts list`, `show` and `test`.
 *
 * @module
 */
import type { Command } from "commander";
import { ACCOUNT_NAMES, withShared } from "./accounts_options.ts";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the commands to the group. */
export function declareView(accounts: Command, terminal: Terminal): void {
  const list = withShared(accounts.command("list"))
    .description("list every account")
    .action(async (options) => {
      const { listAccounts } = await import("./list_accounts.ts");
      await listAccounts(options, terminal);
    });

  withHelp(list, {
    output: ["A table of the accounts, without their secrets."],
    examples: ["pollux accounts list", "pollux accounts list --json"],
  });

  const show = withShared(accounts.command("show"))
    .description("show one account, without its secrets")
    .argument("<account>", "the account's name")
    .action(async (name, options) => {
      const { showAccount } = await import("./show_account.ts");
      await showAccount(name, options, terminal);
    });

  withHelp(show, {
    output: ["The account's settings and state; secrets are shown as ***."],
    examples: ["pollux accounts show home"],
  });

  const test = withShared(accounts.command("test"))
    .description("ask Google whether accounts work")
    .argument("[account...]", `${ACCOUNT_NAMES}; default: every account`)
    .action(async (words, options) => {
      const { testAccounts } = await import("./check_accounts.ts");
      await testAccounts(words, options, terminal);
    });

  withHelp(test, {
    output: [
      "The number of models of each account, or Google's error.",
      "The exit code is 1 if an account does not work.",
    ],
    examples: ["pollux accounts test", "pollux accounts test home work"],
  });
}
