/**
 * Removes trailing characters from a text. A regular expression such as `/=+$/` is tried at each of them again,
 * which takes quadratic time.
 *
 * @module
 */

/**
 * The text without trailing characters that are among `characters`.
 *
 * @param characters Each of one UTF-16 unit.
 */
export function withoutTrailing(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
