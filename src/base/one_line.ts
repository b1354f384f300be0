/**
 * Words of others, made fit for a line of a table or a log.
 *
 * @module
 */

/** Longest text in a line, in UTF-16 units. */
const LONGEST = 160;

/** Control characters, which could do anything to a terminal, and what runs from one line to the next. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/** The text in one line without control characters, its end left out where it is long. */
export function oneLine(text: string): string {
  const line = text.replace(UNFIT, " ").trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).toWellFormed()}…`;
}
