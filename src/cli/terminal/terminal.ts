/**
 * What a command sees of the outside: where it prints, what it may ask, which variables are set.
 *
 * @module
 */
import { printable } from "../../gemini/redaction/printable.ts";
import { decodedText } from "../../base/decoded_text.ts";
import { readHiddenLine } from "./hidden_line.ts";
import { takeOverVariables } from "./proxy_variables.ts";

/** Clears the rest of the line (ECMA-48, EL). */
const CLEAR_LINE = "\x1b[K";

/** Handed to every command, so that a test can stand in for the user. */
export interface Terminal {
  /** Prints lines for the user or the next program in the pipe; control characters are shown. */
  out(line: string): void;
  /** Prints lines beside the output: errors, warnings, notes; control characters are shown. */
  err(line: string): void;
  /** Prints text of our own with escape sequences in it; anything else in it is `printable()`. */
  styled(stream: "out" | "err", text: string): void;
  /**
   * Shows a line on standard error that the next one takes the place of; an empty one takes it away.
   * Where nobody looks on, nothing is shown.
   */
  progressLine(line: string): void;
  /** Whether colours belong there: on a terminal, unless `NO_COLOR` is set. */
  hasColours(stream: "out" | "err"): boolean;
  /** Whether somebody is there to answer. */
  readonly isInteractive: boolean;
  /** Asks a yes-or-no question; only when somebody is there. */
  confirm(question: string): boolean;
  /** Asks for a line that is not shown while it is typed; only when somebody is there. */
  askSecret(question: string): string;
  /** Reads a variable of the environment. */
  env(name: string): string | undefined;
  /** The names of all variables of the environment. */
  variables(): readonly string[];
  /** Everything on standard input. */
  readInput(): Promise<string>;
  /** The next line of standard input; undefined at its end. */
  readLine(): Promise<string | undefined>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const env = takeOverVariables();
  let shown = "";
  function progressLine(line: string): void {
    if (line === shown || !understandsEscapes(Deno.stderr)) return;
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${CLEAR_LINE}${printable(line)}`));
    shown = line;
  }
  function styled(stream: "out" | "err", text: string): void {
    progressLine("");
    if (stream === "out") console.log(text);
    else console.error(text);
  }
  return {
    out: (line) => styled("out", printable(line)),
    err: (line) => styled("err", printable(line)),
    styled,
    progressLine,
    hasColours(stream: "out" | "err"): boolean {
      // An empty NO_COLOR counts as none: https://no-color.org
      return !Deno.env.get("NO_COLOR") &&
        understandsEscapes(stream === "out" ? Deno.stdout : Deno.stderr);
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
      // A byte at a time, so that what follows the line is left for whoever reads next.
      const byte = new Uint8Array(1);
      while (await Deno.stdin.read(byte) !== null) {
        text += decoder.decode(byte, { stream: true });
        if (text.endsWith("\n")) break;
      }
      return text === "" ? undefined : text.replace(/\r?\n$/, "");
    },
  };
}

/** Whether a stream ends at a terminal that does more than print letters. */
function understandsEscapes(stream: { isTerminal(): boolean }): boolean {
  return stream.isTerminal() && Deno.env.get("TERM") !== "dumb";
}
