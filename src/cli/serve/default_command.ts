/**
 * What is run when no command is named.
 *
 * @module
 */

/** Flags that belong to the program itself and not to its default command. */
const PROGRAM_FLAGS: readonly string[] = ["-h", "--help", "-V", "--version"];

/**
 * Puts `serve` where no command is named. Commander's own default command would take every misspelt
 * command for an argument of it.
 *
 * @param args What the user typed after the program's name.
 */
export function withDefaultCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return ["serve"];
  return first.startsWith("-") && !PROGRAM_FLAGS.includes(first) ? ["serve", ...args] : args;
}
