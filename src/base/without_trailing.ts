/**
 * Takes characters off a text's end. An expression such as `/=+$/` is tried at each of them again, which
 * takes a time that grows with the square of their number.
 *
 * @module
 */

/**
 * The text without those at its end that are among `characters`.
 *
 * @param characters Each of one UTF-16 unit.
 */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
