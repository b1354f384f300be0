/**
 * Text in systemd's configuration files.
 *
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html} "Quoting"
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html} "Specifiers"
 * @module
 */

/**
 * Text as one word of a list of words: in quotes, with neither escapes nor specifiers left in it. In a
 * command line `$` is still a variable, unless the line begins with `:`.
 */
export function systemdWord(text: string): string {
  return `"${systemdText(text.replace(/["\\]/g, "\\$&"))}"`;
}

/** Text as the rest of a line that is not split into words. Only specifiers mean something there. */
export function systemdText(text: string): string {
  return text.replaceAll("%", "%%");
}
