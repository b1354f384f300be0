/**
 * Declares `pollux version`.
 *
 * @module
 */
import type { Command } from "commander";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command to the program. */
export function declareVersion(program: Command, terminal: Terminal): void {
  const version = program.command("version")
    .description("print the version")
    .option("--json", "print JSON")
    .action(async (options) => {
      const { printVersion } = await import("./version.ts");
      printVersion(options, terminal);
    });
  withHelp(version, {
    output: ["One line. With --json also the version of Deno and the platform."],
    examples: ["pollux version", "pollux version --json"],
  });
}
