/**
 * The one place where an error becomes words and an exit code. No stack traces, no e-mail addresses.
 *
 * @module
 */
import { CommanderError } from "commander";
import { withoutEmails } from "../gemini/without_emails.ts";

/** Exit codes of every command. */
export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;

/** Thrown by a command whose flags contradict each other or lack something. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Thrown by a command that has said already what failed. */
export class AlreadyTold extends Error {
  override readonly name = "AlreadyTold";
}

/**
 * Says what failed.
 *
 * @param print Takes one line of words for the user.
 * @returns The exit code: 0 where Commander only printed help or the version.
 */
export function fail(error: unknown, print: (line: string) => void): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    const words = wordsOf(error);
    if (words !== undefined) print(`Error: ${words}`);
    return EXIT.usage;
  }
  if (error instanceof AlreadyTold) return EXIT.failure;
  print(withoutEmails(`Error: ${error instanceof Error ? error.message : String(error)}`));
  return error instanceof UsageError ? EXIT.usage : EXIT.failure;
}

/**
 * Commander's own words, without what the user typed where that may be a secret: a key given as a
 * plain argument, or as `--key=…`.
 */
function wordsOf(error: CommanderError): string | undefined {
  switch (error.code) {
    case "commander.help":
      return undefined;
    case "commander.excessArguments":
      return "Too many arguments; see --help (a key is never an argument: " +
        "use --key-env, --key-file or --key-stdin)";
    case "commander.unknownOption":
      return sentence(error.message.replace(/=[\s\S]*?'(?=\n|$)/, "'"));
    default:
      return sentence(error.message);
  }
}

/** Commander's "error: unknown command 'x'\n(Did you mean y?)" as our kind of sentence. */
function sentence(message: string): string {
  const words = message.replace(/^error: /, "").replaceAll("\n", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
