/**
 * Declares `pollux usage`.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Dimension, DIMENSIONS } from "../../usage/usage_report.ts";
import { withShared } from "../accounts/accounts_options.ts";
import { momentOf } from "../terminal/moment_of.ts";
import { withHelp } from "../terminal/help_text.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Adds the command to the program. */
export function declareUsage(program: Command, terminal: Terminal): void {
  const usage = withShared(program.command("usage"))
    .description("show what was used: calls, tokens and cost, by key, account, model and time")
    .addOption(
      new Option("--by <what>", `${DIMENSIONS.join(", ")}; or several, with commas`)
        .argParser(dimensionsOf).default(["key"], "key"),
    )
    .addOption(
      new Option(
        "--since <time>",
        'first hour: a time before now, or a date (UTC) as in "2026-11-01"',
      )
        .argParser(momentOf).default(undefined, "30d"),
    )
    .addOption(
      new Option("--until <time>", "end, likewise").argParser(momentOf).default(undefined, "now"),
    )
    .option("--key <key>", "only this key; a removed key has its last name")
    .addOption(new Option("--csv", "print CSV").conflicts("json"))
    .action(async (options) => {
      const { usage } = await import("./usage.ts");
      await usage(options, terminal);
    });
  withHelp(usage, {
    output: [
      "The sums of all calls, then a line for each key, or whatever --by names.",
      "Hours and days are UTC. No gateway has to run.",
    ],
    examples: [
      "pollux usage",
      "pollux usage --by key,model --since 7d",
      "pollux usage --by day --csv",
    ],
  });
}

function dimensionsOf(text: string): readonly Dimension[] {
  const words = text.split(",").map((word) => word.trim()).filter((word) => word !== "");
  const found = words.flatMap((word) => DIMENSIONS.find((dimension) => dimension === word) ?? []);
  if (found.length === words.length && found.length > 0) return [...new Set(found)];
  throw new InvalidArgumentError(`It must be one or more of ${DIMENSIONS.join(", ")}`);
}
