/**
 * Makes a text safe to print: control characters can manipulate a terminal, and bidirectional controls can make
 * a text read as another.
 *
 * @see {@link https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing}
 * @module
 */

/** C0 but tab and line feed, DEL, C1, and the bidirectional controls. */
const UNFIT =
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const LINE_END = /[\n\u2028\u2029]/g;

/**
 * The text with such characters as escapes, as in `\u001b`: the escapes are visible, and JSON stays valid. Line
 * feeds and tabs are kept.
 */
export function printable(text: string): string {
  // A carriage return before a line feed is dropped.
  return text.replace(/\r\n/g, "\n").replace(UNFIT, escaped);
}

/** The same in one line, so that a text cannot imitate a further line. */
export function printableLine(text: string): string {
  return printable(text).replace(LINE_END, (end) => end === "\n" ? "\\n" : escaped(end));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
