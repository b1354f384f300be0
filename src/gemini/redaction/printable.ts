/**
 * Makes a text harmless to whoever prints it: control characters can do anything to a terminal, and those
 * that turn the direction of writing make a text read as another.
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
 * The text with such characters as escapes, as in `\u001b`: they show, and JSON with them stays JSON. Lines
 * and tabs stay.
 */
export function printable(text: string): string {
  // A carriage return before a line feed says nothing.
  return text.replace(/\r\n/g, "\n").replace(UNFIT, escaped);
}

/** The same in one line, so that no text can pass for a further one. */
export function printableLine(text: string): string {
  return printable(text).replace(LINE_END, (end) => end === "\n" ? "\\n" : escaped(end));
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
