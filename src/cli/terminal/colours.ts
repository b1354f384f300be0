/**
 * The few colours of the command line: bold headings in help texts, a red word before an error.
 *
 * @module
 */
import { styleText } from "node:util";
import type { Terminal } from "./terminal.ts";

/** A help text's heading. Commander takes the colour out again where none belongs. */
export function heading(text: string): string {
  return styleText("bold", text);
}

/** A line for standard error, in which an `Error:` at its start is red where colours belong. */
export function errorLine(line: string, terminal: Pick<Terminal, "hasColours">): string {
  if (!terminal.hasColours("err")) return line;
  return line.replace(/^Error:/, (word) => styleText("red", word));
}
