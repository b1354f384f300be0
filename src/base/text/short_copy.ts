/**
 * Copies of texts that are kept for long.
 *
 * @module
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A copy that keeps no other text in memory, as a part of a text would: at most `longest` characters (UTF-16 units) and
 * an ellipsis.
 */
export function shortCopy(text: string, longest: number): string {
  const isLong = text.length > longest;
  const copy = decoder.decode(encoder.encode(isLong ? text.slice(0, longest) : text));
  return isLong ? `${copy}…` : copy;
}
