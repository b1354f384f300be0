/**
 * `pollux help WORD` for a word that is not a command.
 *
 * @module
 */
import type { Command } from "commander";

/**
 * Removes `help` if no known command follows it, so that the word is refused like any unknown command,
 * with a suggestion. Commander would print the whole help without a reason.
 *
 * @param args The arguments after the program's name.
 */
export function withoutHelpOfUnknown(args: readonly string[], program: Command): readonly string[] {
  let group = program;
  for (const [index, word] of args.entries()) {
    const asked = args[index + 1];
    if (word === "help" && asked !== undefined && !asked.startsWith("-")) {
      const isKnown = asked === "help" || group.commands.some((one) => one.name() === asked);
      return isKnown ? args : args.toSpliced(index, 1);
    }
    const inner = group.commands.find((one) => one.name() === word);
    // Only groups have a "help"; for other commands it is an argument, such as an account's name.
    if (inner === undefined || inner.commands.length === 0) return args;
    group = inner;
  }
  return args;
}
