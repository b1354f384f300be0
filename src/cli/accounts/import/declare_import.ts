/**
 * Declares `pollux accounts import`.
 *
 * @module
 */
import type { Command } from "commander";
import { withShared } from "../accounts_options.ts";
import { withHelp } from "../../terminal/help_text.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Adds the command. */
export function declareImport(accounts: Command, terminal: Terminal): void {
  const command = withShared(accounts.command("import"))
    .description("add the accounts of an exported file, of another program, or a list of API keys")
    .argument(
      "[path]",
      "file or folder, or - for standard input; default: the format's usual place",
    )
    .option(
      "--from <format>",
      "adc, gemini-cli, cliproxyapi, antigravity or keys; default: recognized",
    )
    .option("--client-file <file>", "OAuth client of sign-ins that do not name theirs")
    .option("--kind <kind>", "account kind of sign-ins: code-assist (default) or vertex")
    .option("--project <id>", "Google Cloud project of those that do not name theirs")
    .option("--location <location>", "location of Vertex AI accounts that do not name theirs")
    .option("--passphrase-file <file>", "passphrase of an exported file; default: ask")
    .option("--replace", "for an exported file: replace accounts of the same name")
    .option("--dry-run", "show what would happen, and change nothing")
    .option("--yes", "agree to the risk of Code Assist without being asked")
    .action(async (path, options) => {
      const { importAccounts } = await import("./import_accounts.ts");
      await importAccounts(path, options, terminal);
    });
  withHelp(command, {
    output: [
      "A table with the result of each entry.",
      "The exit code is 1 if an entry could not be imported; the others are imported.",
    ],
    examples: [
      "pollux accounts import --from gemini-cli --dry-run",
      "pollux accounts import --from keys keys.txt",
      "pollux accounts import accounts.sealed",
    ],
  });
}
