/**
 * Declares `pollux accounts export`, which writes accounts to a file, and `reseal`, which changes the
 * sealing key.
 *
 * @module
 */
import type { Command } from "commander";
import { withShared } from "./accounts_options.ts";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the commands to the group. */
export function declareBackup(accounts: Command, terminal: Terminal): void {
  const toFile = withShared(accounts.command("export"))
    .description("write every account into one file, sealed under a passphrase")
    .argument("<file>", "the file to write; overwrites only an earlier export")
    .option(
      "--passphrase-file <file>",
      "read the passphrase from this file; default: ask",
    )
    .action(async (file, options) => {
      const { exportAccounts } = await import("./import/export_accounts.ts");
      await exportAccounts(file, options, terminal);
    });

  withHelp(toFile, {
    output: ["The file's path and how many accounts it has. Only the passphrase opens it."],
    examples: ["pollux accounts export accounts.sealed", "pollux accounts import accounts.sealed"],
  });

  const reseal = withShared(accounts.command("reseal"))
    .description("seal the accounts' secrets under a new key; stop the gateway first")
    .option("--new-key-file <file>", "file of the new key; created if it does not exist")
    .action(async (options) => {
      const { resealAccounts } = await import("./reseal_accounts.ts");
      await resealAccounts(options, terminal);
    });
  withHelp(reseal, {
    output: [
      "The number of resealed accounts, and what Pollux needs to find the key.",
      "Earlier backups open only with the former key: keep a copy of it with them.",
    ],
    examples: ["pollux accounts reseal", "pollux accounts reseal --new-key-file /safe/pollux.key"],
  });
}
