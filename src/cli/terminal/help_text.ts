/**
 * Adds a description of the output and examples to a command's help.
 *
 * @module
 */
import type { Command } from "commander";
import { heading } from "./colours.ts";
import { EXIT } from "../../daemon/exit_codes.ts";

/** The texts; lines of at most 76 characters, since they are not wrapped. */
export interface HelpText {
  /** What the command prints or writes, in sentences. */
  readonly output: readonly string[];
  /** Complete commands to paste. */
  readonly examples: readonly string[];
}

/** The end of the program's help. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, "done, or stopped as asked"],
  [EXIT.failure, "failed; standard error says what, why, and what to do"],
  [EXIT.usage, "called wrongly; nothing was done"],
  [EXIT.warnings, "doctor found warnings; status found no running gateway"],
  [EXIT.errors, "doctor found errors"],
];

/** Adds the texts to a command's help. */
export function withHelp(command: Command, { output, examples }: HelpText): Command {
  return command
    .addHelpText("after", () => section("Output:", output))
    .addHelpText("after", () => section("Examples:", examples));
}

/** Adds examples to the help of a command that only groups others. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText("after", () => section("Examples:", examples));
}

/** Adds the end of the program's help. */
export function withProgramHelp(program: Command, examples: readonly string[]): Command {
  const codes = EXIT_CODES.map(([code, meaning]) => `${code}  ${meaning}`);
  return program
    .addHelpText("after", () => section("Examples:", examples))
    .addHelpText("after", () => section("Exit codes:", codes))
    .addHelpText(
      "after",
      "\npollux help COMMAND, or COMMAND --help, says more about each command.",
    );
}

function section(title: string, lines: readonly string[]): string {
  return ["", heading(title), ...lines.map((line) => `  ${line}`)].join("\n");
}
