/**
 * Declares `pollux status`.
 *
 * @module
 */
import type { Command } from "commander";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command to the program. */
export function declareStatus(program: Command, terminal: Terminal): void {
  const status = program.command("status")
    .description("show the state of the running gateway and its accounts")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--json", "print JSON")
    .option("--watch", "repeat every second until Ctrl+C")
    .action(async (options) => {
      const { status } = await import("./status.ts");
      await status(options, terminal);
    });
  withHelp(status, {
    output: [
      "Totals; then each account's state and its reason, what is left of its quotas,",
      "and of the limits of the client keys, with what fails on top. At a terminal",
      "it fits the width and height; --json and a pipe get everything.",
      "The exit code is 3 if no gateway runs on the data folder.",
    ],
    examples: ["pollux status", "pollux status --watch"],
  });
}
