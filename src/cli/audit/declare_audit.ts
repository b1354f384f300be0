/**
 * Declares `pollux audit`.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { withShared } from "../accounts/accounts_options.ts";
import { withHelp } from "../terminal/help_text.ts";
import { momentOf } from "../terminal/moment_of.ts";
import type { Terminal } from "../terminal/terminal.ts";

const DEFAULT_LIMIT = 50;

/** Adds the command to the program. */
export function declareAudit(program: Command, terminal: Terminal): void {
  const audit = withShared(program.command("audit"))
    .description("show who changed what: accounts, keys, configuration, and sign-ins at the page")
    .addOption(
      new Option("--since <time>", 'a time before now, or a date (UTC) as in "2026-11-01"')
        .argParser(momentOf).default(undefined, "the first entry"),
    )
    .addOption(
      new Option("--limit <count>", "most entries").argParser(countOf).default(DEFAULT_LIMIT),
    )
    .action(async (options) => {
      const { audit } = await import("./audit.ts");
      await audit(options, terminal);
    });
  withHelp(audit, {
    output: [
      "A line for each change, newest first: when, by which door, what, and details.",
      "The newest 10,000 entries are kept, for 400 days. No gateway has to run.",
    ],
    examples: ["pollux audit", "pollux audit --since 7d --limit 200", "pollux audit --json"],
  });
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number above 0, as in "100"');
}
