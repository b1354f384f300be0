/**
 * Others' words on their way to the user, where no account's secrets can be in them.
 *
 * @module
 */
import { Redaction } from "./redaction.ts";

const NOTHING_KNOWN = new Redaction();

/** The words without e-mail addresses, fit for a terminal. What the account's upstream said is so already. */
export function redacted(words: string): string {
  return NOTHING_KNOWN.text(words);
}
