/**
 * A user at a terminal, for tests.
 *
 * @module
 */
import { run } from "../../src/cli/program.ts";
import type { Terminal, TerminalSize } from "../../src/cli/terminal/terminal.ts";
import { keepPrinted } from "./keep_printed.ts";

/** What the user brings along. */
export interface FakeUser {
  /** Variables of the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What comes in on standard input. */
  readonly input?: string;
  /** Says yes or no to every question; without it nobody is there. */
  readonly response?: boolean;
  /** What the user types when a line is read; without it, standard input is at its end. */
  readonly line?: () => Promise<string | undefined>;
  /** The size of the terminal; without it, standard output is none. */
  readonly size?: TerminalSize;
  /** Sees each line as it is printed, on either stream. */
  readonly onPrint?: (line: string) => void;
  /** What the user types where it is not shown, one after the other. */
  readonly secrets?: readonly string[];
}

/** What a command left behind. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was asked. */
  readonly questions: readonly string[];
}

/** A user's terminal, and the lines that come to it. */
export interface FakeTerminal {
  readonly terminal: Terminal;
  readonly out: readonly string[];
  readonly err: readonly string[];
  readonly questions: readonly string[];
}

/** The terminal of such a user. */
export function fakeTerminal(user: FakeUser): FakeTerminal {
  const out: string[] = [];
  const err: string[] = [];
  const questions: string[] = [];
  const secrets = [...user.secrets ?? []];
  const terminal: Terminal = {
    out(line) {
      out.push(line);
      user.onPrint?.(line);
    },
    err(line) {
      err.push(line);
      user.onPrint?.(line);
    },
    styled: (stream, text) => terminal[stream](text),
    progressLine: () => {},
    hasColours: () => false,
    size: user.size,
    isInteractive: user.response !== undefined || user.secrets !== undefined,
    confirm(question) {
      questions.push(question);
      return user.response ?? false;
    },
    askSecret(question) {
      questions.push(question);
      return secrets.shift() ?? "";
    },
    env: (name) => user.env?.[name],
    variables: () => Object.keys(user.env ?? {}),
    readInput: () => Promise.resolve(user.input ?? ""),
    readLine: () => user.line?.() ?? Promise.resolve(undefined),
  };
  return { terminal, out, err, questions };
}

/** Runs one command for such a user. */
export async function runAs(user: FakeUser, args: readonly string[]): Promise<Outcome> {
  const { terminal, out, err, questions } = fakeTerminal(user);
  const code = await run(args, terminal);
  keepPrinted([...out, ...err, ...questions].join("\n"));
  return { code, out: out.join("\n"), err: err.join("\n"), questions };
}
