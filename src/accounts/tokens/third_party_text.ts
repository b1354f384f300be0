/**
 * Makes text from an endpoint safe for Pollux's error messages.
 *
 * @module
 */
import { Redaction } from "../../gemini/redaction/redaction.ts";
import type { Secret } from "../secret.ts";

/** Longest quote in a message, in characters. */
const LONGEST = 300;

/** Longest text that is read, in UTF-16 units: the rest is not quoted. */
const MOST_READ = 64 * 1024;

/**
 * Text from a third party as one bounded line, without e-mail addresses and without our secrets, which it may
 * echo.
 *
 * @param secrets The secrets in the request.
 */
export function thirdPartyText(words: string, secrets: readonly Secret[]): string {
  const redaction = new Redaction(secrets);
  const line = redaction.mask(words.slice(0, MOST_READ)).replaceAll(/\p{Cc}+/gu, " ");
  return redaction.text(line.slice(0, LONGEST).toWellFormed());
}
