/**
 * Redacts text from a third party that cannot contain an account's secrets.
 *
 * @module
 */
import { Redaction } from "./redaction.ts";

const NOTHING_KNOWN = new Redaction();

/**
 * The text without e-mail addresses, safe for a terminal. Text from an account's upstream is redacted already.
 */
export function redacted(words: string): string {
  return NOTHING_KNOWN.text(words);
}
