/**
 * A command's environment: output, prompts, standard input and variables.
 *
 * @module
 */
import { printable } from "../../gemini/redaction/printable.ts";
import { decodedText } from "../../base/text/decoded_text.ts";
import { otelSettings } from "../../telemetry/otel/otel_settings.ts";
import { readHiddenLine } from "./hidden_line.ts";
import { takeOverVariables } from "./proxy_variables.ts";

/** Clears the rest of the line (ECMA-48, EL). */
const CLEAR_LINE = "\x1b[K";

/** The size of a terminal. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Passed to every command, so that a test can replace the user. */
export interface Terminal {
  /** Prints lines to standard output; control characters are escaped. */
  out(line: string): void;
  /** Prints errors, warnings and notes to standard error; control characters are escaped. */
  err(line: string): void;
  /** Prints our own text with escape sequences; anything else in it must have passed `printable()`. */
  styled(stream: "out" | "err", text: string): void;
  /**
   * Shows a line on standard error that the next one replaces; an empty one removes it. Nothing is shown
   * if standard error is not a terminal.
   */
  progressLine(line: string): void;
  /** Whether to use colours: on a terminal, unless `NO_COLOR` is set. */
  hasColours(stream: "out" | "err"): boolean;
  /** The columns and rows of standard output; undefined if it is no terminal, or does not know them. */
  readonly size: TerminalSize | undefined;
  /** Whether the user can be asked, since standard input is a terminal. */
  readonly isInteractive: boolean;
  /** Asks a yes-or-no question; only at a terminal. */
  confirm(question: string): boolean;
  /** Asks for a line without echoing it; only at a terminal. */
  askSecret(question: string): string;
  /** Reads a variable of the environment. */
  env(name: string): string | undefined;
  /** The names of all variables of the environment. */
  variables(): readonly string[];
  /** Reads standard input to its end. */
  readInput(): Promise<string>;
  /** Reads the next line of standard input; undefined at its end. */
  readLine(): Promise<string | undefined>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const env = takeOverVariables();
  // Deno would send what the console prints to its receiver: new keys, too.
  const isObserved = otelSettings(env) !== undefined;
  let shown = "";
  function progressLine(line: string): void {
    if (line === shown || !understandsEscapes(Deno.stderr)) return;
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${CLEAR_LINE}${printable(line)}`));
    shown = line;
  }
  function styled(stream: "out" | "err", text: string): void {
    progressLine("");
    if (isObserved) printTo(stream === "out" ? Deno.stdout : Deno.stderr, `${text}\n`);
    else if (stream === "out") console.log(text);
    else console.error(text);
  }
  return {
    out: (line) => styled("out", printable(line)),
    err: (line) => styled("err", printable(line)),
    styled,
    progressLine,
    hasColours(stream: "out" | "err"): boolean {
      // An empty NO_COLOR counts as unset: https://no-color.org
      return !Deno.env.get("NO_COLOR") &&
        understandsEscapes(stream === "out" ? Deno.stdout : Deno.stderr);
    },
    get size(): TerminalSize | undefined {
      return sizeOf(Deno.stdout);
    },
    get isInteractive(): boolean {
      return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
    },
    confirm(question: string): boolean {
      return confirm(printable(question));
    },
    askSecret(question: string): string {
      return readHiddenLine(printable(question));
    },
    env,
    variables(): readonly string[] {
      return Object.keys(Deno.env.toObject());
    },
    async readInput(): Promise<string> {
      return decodedText(await new Response(Deno.stdin.readable).bytes());
    },
    async readLine(): Promise<string | undefined> {
      const decoder = new TextDecoder();
      let text = "";
      // One byte at a time, so that the rest stays for the next reader.
      const byte = new Uint8Array(1);
      while (await Deno.stdin.read(byte) !== null) {
        text += decoder.decode(byte, { stream: true });
        if (text.endsWith("\n")) break;
      }
      return text === "" ? undefined : text.replace(/\r?\n$/, "");
    },
  };
}

/** Prints without the console. As with it, nobody may be there to read. */
function printTo(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Some terminals say that they have no columns, or no rows. */
function sizeOf(stream: { isTerminal(): boolean }): TerminalSize | undefined {
  if (!stream.isTerminal()) return undefined;
  try {
    const { columns, rows } = Deno.consoleSize();
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a stream is a terminal that supports escape sequences. */
function understandsEscapes(stream: { isTerminal(): boolean }): boolean {
  return stream.isTerminal() && Deno.env.get("TERM") !== "dumb";
}
