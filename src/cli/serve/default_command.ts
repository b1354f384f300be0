/**
 * The command that runs when none is given.
 *
 * @module
 */

/** Flags that belong to the program itself and not to its default command. */
const PROGRAM_FLAGS: readonly string[] = ["-h", "--help", "-V", "--version"];

/**
 * Inserts `serve` if no command is given. Commander's own default command would treat every misspelt
 * command as an argument of it.
 *
 * @param args The arguments after the program's name.
 */
export function withDefaultCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return ["serve"];
  return first.startsWith("-") && !PROGRAM_FLAGS.includes(first) ? ["serve", ...args] : args;
}
