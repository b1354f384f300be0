/**
 * Makes text from a third party safe for one line of a table or a log.
 *
 * @module
 */

/** Longest text in a line, in UTF-16 units. */
const LONGEST = 160;

/** Control characters, which could manipulate a terminal, and line breaks. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/** The text in one line without control characters, truncated if it is long. */
export function oneLine(text: string): string {
  const line = text.replace(UNFIT, " ").trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`;
}
