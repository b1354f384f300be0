/**
 * `pollux accounts import`: what it takes.
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
    .argument("[path]", "file or folder, or - for standard input; else the format's own place")
    .option("--from <format>", "adc, gemini-cli, cliproxyapi, antigravity or keys; else recognised")
    .option("--client-file <file>", "OAuth client of sign-ins that do not name theirs")
    .option("--kind <kind>", "what sign-ins become: code-assist, unless you say vertex")
    .option("--project <id>", "Google Cloud project of those that do not name theirs")
    .option("--location <location>", "of accounts of Vertex AI that do not name theirs")
    .option("--passphrase-file <file>", "passphrase of an exported file; asked for when not given")
    .option("--replace", "of an exported file, replace accounts that have the same name")
    .option("--dry-run", "show what would happen, and change nothing")
    .option("--yes", "agree to the risk of Code Assist without being asked")
    .action(async (path, options) => {
      const { importAccounts } = await import("./import_accounts.ts");
      await importAccounts(path, options, terminal);
    });
  withHelp(command, {
    output: [
      "A table of what became of each entry.",
      "The exit code is 1 when one could not be imported; the others were.",
    ],
    examples: [
      "pollux accounts import --from gemini-cli --dry-run",
      "pollux accounts import --from keys keys.txt",
      "pollux accounts import accounts.sealed",
    ],
  });
}
