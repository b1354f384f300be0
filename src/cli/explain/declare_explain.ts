/**
 * Declares `pollux explain`.
 *
 * @module
 */
import type { Command } from "commander";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command to the program. */
export function declareExplain(program: Command, terminal: Terminal): void {
  const explain = program.command("explain")
    .description("show why a call went where it went, what it waited for, and how it ended")
    .argument("<id>", "the x-request-id of its response, also in its log line")
    .option("--data-dir <folder>", "folder for accounts and sessions")
    .option("--json", "print JSON")
    .action(async (id, options) => {
      const { explain } = await import("./explain.ts");
      await explain(id, { options, terminal });
    });
  withHelp(explain, {
    output: [
      "Why the call had its account, how long each account took to respond and",
      "with what, and why the others were passed over. The running gateway knows",
      "its last 10,000 calls.",
      "The exit code is 3 if no gateway runs on the data folder.",
    ],
    examples: [
      "pollux explain 6f1c2a52-6a0e-4a5c-9d53-0f6f0c1f4c57",
      "pollux explain 6f1c2a52-6a0e-4a5c-9d53-0f6f0c1f4c57 --json",
    ],
  });
}
