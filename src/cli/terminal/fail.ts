/**
 * The one place where a command's error becomes a message and an exit code. No stack traces, no e-mail
 * addresses.
 *
 * @module
 */
import { CommanderError } from "commander";
import { EXIT } from "../../daemon/exit_codes.ts";
import { redacted } from "../../gemini/redaction/redacted.ts";

/** What users type who want to hand over a key on the command line, as Commander repeats it. */
const KEY_OPTION = /^error: unknown option '--?(?:api[-_]?)?key(?:=|')/i;

const KEY_HINT = "a key is never an argument: use --key-env, --key-file or --key-stdin";

/** Thrown by a command whose flags contradict each other or lack something. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Thrown by a command that asks the running gateway, where none runs. */
export class NotRunning extends Error {
  override readonly name = "NotRunning";
}

/** Thrown by a command that has said already what failed. */
export class AlreadyTold extends Error {
  override readonly name = "AlreadyTold";
  readonly exitCode: number;

  /** @param exitCode Default: 1. */
  constructor(exitCode: number = EXIT.failure) {
    super();
    this.exitCode = exitCode;
  }
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
  if (error instanceof AlreadyTold) return error.exitCode;
  print(redacted(`Error: ${error instanceof Error ? error.message : String(error)}`));
  if (error instanceof NotRunning) return EXIT.notRunning;
  return error instanceof UsageError ? EXIT.usage : EXIT.failure;
}

/**
 * What was wrong, without anything that the user typed, since that may be a secret: a key given as a
 * plain argument, or as `--key=…`. Suggestions come from our own commands and options.
 */
function wordsOf(error: CommanderError): string | undefined {
  switch (error.code) {
    case "commander.help":
      return undefined;
    case "commander.excessArguments":
      return `Too many arguments; see --help (${KEY_HINT})`;
    case "commander.unknownCommand":
      return `Unknown command; ${adviceOf(error)}`;
    case "commander.unknownOption":
      return KEY_OPTION.test(error.message)
        ? `Unknown option; ${KEY_HINT}`
        : `Unknown option; ${adviceOf(error)}`;
    case "commander.invalidArgument":
      return invalidValue(error.message);
    default:
      return sentence(error.message);
  }
}

/** What Commander found among our own names, at the end of its message. */
function adviceOf({ message }: CommanderError): string {
  const names = /\n\(Did you mean (?:one of )?([^']+)\?\)$/.exec(message)?.[1]?.split(", ");
  if (names === undefined) return "see --help";
  return `did you mean ${names.map((name) => `"${name}"`).join(" or ")}?`;
}

/** Who was given a wrong value stands before the value, and what it has to be behind it. */
function invalidValue(message: string): string {
  const option = /^error: option '([^']+)'/.exec(message)?.[1];
  const argument = / is invalid for argument '([\w-]+)'\. [^']+$/.exec(message)?.[1];
  const rule = /' is invalid(?: for argument '[\w-]+')?\. ([^']+)$/.exec(message)?.[1];
  const whose = option ?? (argument === undefined ? "an argument" : `<${argument}>`);
  return `The value of ${whose} is wrong${rule === undefined ? "" : `: ${rule}`}`;
}

/** Commander's "error: missing required argument 'x'" as our kind of sentence. */
function sentence(message: string): string {
  const words = message.replace(/^error: /, "").replaceAll("\n", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
