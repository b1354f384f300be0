/**
 * Declares `pollux ui`.
 *
 * @module
 */
import type { Command } from "commander";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command to the program. */
export function declareUi(program: Command, terminal: Terminal): void {
  const ui = program.command("ui")
    .description("print an address that opens the page of the running gateway")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .action(async (options) => {
      const { ui } = await import("./ui.ts");
      await ui(options, terminal);
    });
  withHelp(ui, {
    output: [
      "An address for a browser on this machine.",
      "It opens the page once, within two minutes.",
    ],
    examples: ["pollux ui", 'xdg-open "$(pollux ui)"'],
  });
}
