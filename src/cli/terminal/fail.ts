/**
 * Turns a command's error into a message and an exit code, without stack traces or e-mail addresses.
 *
 * @module
 */
import { CommanderError } from "commander";
import { EXIT } from "../../daemon/exit_codes.ts";
import { redacted } from "../../gemini/redaction/redacted.ts";

/** Options with which users try to pass a key on the command line, as Commander repeats them. */
const KEY_OPTION = /^error: unknown option '--?(?:api[-_]?)?key(?:=|')/i;

const KEY_HINT = "a key is never an argument: use --key-env, --key-file or --key-stdin";

/** Thrown by a command whose flags conflict or are incomplete. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Thrown by a command that needs a running gateway when none runs. */
export class NotRunning extends Error {
  override readonly name = "NotRunning";
}

/** Thrown by a command that has printed its error already. */
export class AlreadyReported extends Error {
  override readonly name = "AlreadyReported";
  readonly exitCode: number;

  /** @param exitCode Default: 1. */
  constructor(exitCode: number = EXIT.failure) {
    super();
    this.exitCode = exitCode;
  }
}

/**
 * Prints an error.
 *
 * @param print Prints one line for the user.
 * @returns The exit code: 0 where Commander only printed help or the version.
 */
export function fail(error: unknown, print: (line: string) => void): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    const words = messageOf(error);
    if (words !== undefined) print(`Error: ${words}`);
    return EXIT.usage;
  }
  if (error instanceof AlreadyReported) return error.exitCode;
  print(redacted(`Error: ${error instanceof Error ? error.message : String(error)}`));
  if (error instanceof NotRunning) return EXIT.notRunning;
  return error instanceof UsageError ? EXIT.usage : EXIT.failure;
}

/**
 * Describes the mistake without repeating what the user typed, since that may be a secret: a key given
 * as a plain argument, or as `--key=…`. Suggestions are our own commands and options.
 */
function messageOf(error: CommanderError): string | undefined {
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

/** Commander's suggestion from our own names, at the end of its message. */
function adviceOf({ message }: CommanderError): string {
  const names = /\n\(Did you mean (?:one of )?([^']+)\?\)$/.exec(message)?.[1]?.split(", ");
  if (names === undefined) return "see --help";
  return `did you mean ${names.map((name) => `"${name}"`).join(" or ")}?`;
}

/** In the message, the option or argument precedes the wrong value, and the expected form follows it. */
function invalidValue(message: string): string {
  const option = /^error: option '([^']+)'/.exec(message)?.[1];
  const argument = / is invalid for argument '([\w-]+)'\. [^']+$/.exec(message)?.[1];
  const rule = /' is invalid(?: for argument '[\w-]+')?\. ([^']+)$/.exec(message)?.[1];
  const whose = option ?? (argument === undefined ? "an argument" : `<${argument}>`);
  return `The value of ${whose} is wrong${rule === undefined ? "" : `: ${rule}`}`;
}

/** Rewrites Commander's "error: missing required argument 'x'" as a sentence. */
function sentence(message: string): string {
  const words = message.replace(/^error: /, "").replaceAll("\n", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
