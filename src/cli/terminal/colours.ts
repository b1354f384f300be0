/**
 * The few colours of the command line: bold headings in help texts, a red word before an error.
 *
 * @module
 */
import { styleText } from "node:util";
import type { Terminal } from "./terminal.ts";

/** A heading of a help text. Commander removes the escape sequences where colours are off. */
export function heading(text: string): string {
  return styleText("bold", text);
}

/** A line for standard error, whose `Error:` prefix is red if colours are on. */
export function errorLine(line: string, terminal: Pick<Terminal, "hasColours">): string {
  if (!terminal.hasColours("err")) return line;
  return line.replace(/^Error:/, (word) => styleText("red", word));
}
