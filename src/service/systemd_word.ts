/**
 * Text in systemd's configuration files.
 *
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html} "Quoting"
 * @see {@link https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html} "Specifiers"
 * @module
 */

/**
 * Quotes a text as one word of a list, and escapes backslashes and specifiers. In a command line `$`
 * still begins a variable, unless the line begins with `:`.
 */
export function systemdWord(text: string): string {
  return `"${systemdText(text.replace(/["\\]/g, "\\$&"))}"`;
}

/** Escapes a text for the rest of a line that is not split into words: only specifiers are special. */
export function systemdText(text: string): string {
  return text.replaceAll("%", "%%");
}
