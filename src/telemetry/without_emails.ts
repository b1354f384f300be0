/**
 * Takes e-mail addresses out of what Google says: its words may name whose account it is, and logs get
 * pasted into issues.
 *
 * @module
 */

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/**
 * The text with `***` for every e-mail address in it.
 *
 * @param text Anything that is about to be printed.
 */
export function withoutEmails(text: string): string {
  return text.includes("@") ? text.replace(EMAIL, "***") : text;
}
