/**
 * Makes text from a third party safe for one line of a table or a log.
 *
 * @module
 */

/** Longest text in a line by default, in UTF-16 units. */
const LONGEST = 160;

/** Control characters, which could manipulate a terminal, and line breaks. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/**
 * The text in one line without control characters, truncated if it is long.
 *
 * @param longest Most UTF-16 units. Default: 160.
 */
export function oneLine(text: string, longest: number = LONGEST): string {
  const line = text.replace(UNFIT, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
}
