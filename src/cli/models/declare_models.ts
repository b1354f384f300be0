/**
 * Declares `pollux models`.
 *
 * @module
 */
import type { Command } from "commander";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command to the program. */
export function declareModels(program: Command, terminal: Terminal): void {
  const models = program.command("models")
    .description("show the models of the running gateway, and which account offers what")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { models } = await import("./models.ts");
      await models(options, terminal);
    });
  withHelp(models, {
    output: [
      "Each model with the accounts that offer it and the methods that Pollux can",
      "call through them, then the age of each account's list.",
      "The exit code is 3 if no gateway runs on the data folder.",
    ],
    examples: ["pollux models", "pollux models --json"],
  });
}
