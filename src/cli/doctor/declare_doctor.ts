/**
 * Declares `pollux doctor`.
 *
 * @module
 */
import type { Command } from "commander";
import { withShared } from "../accounts/accounts_options.ts";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command to the program. */
export function declareDoctor(program: Command, terminal: Terminal): void {
  const doctor = withShared(program.command("doctor"))
    .description("check data, key, port, clock, configuration, accounts and network")
    .action(async (options) => {
      const { doctor } = await import("./doctor.ts");
      await doctor(options, terminal);
    });
  withHelp(doctor, {
    output: [
      "One line for each finding; after warnings and errors also what to do. With",
      "--json an object of worst and findings. It contacts only this gateway, and",
      "the upstreams and token endpoints of your accounts. Exit code: 0 if all is",
      "well, 3 with warnings, 4 with errors, 1 if the doctor itself failed.",
    ],
    examples: ["pollux doctor", "pollux doctor --json"],
  });
}
