/**
 * The text of the header that tells a client what was lost in the translation of its request.
 *
 * @module
 */

/** Longest text, in characters. */
const LONGEST = 1000;

/**
 * One text of several warnings.
 *
 * @returns Printable ASCII; undefined without warnings.
 */
export function warningOf(warnings: readonly string[]): string | undefined {
  if (warnings.length === 0) return undefined;
  return warnings.join("; ").replace(/[^\x20-\x7e]/g, "?").slice(0, LONGEST);
}
