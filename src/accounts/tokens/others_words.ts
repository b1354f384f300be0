/**
 * What an endpoint says, made fit for a message of ours.
 *
 * @module
 */
import { Redaction } from "../../gemini/redaction/redaction.ts";
import type { Secret } from "../secret.ts";

/** The most that a message repeats, in characters. */
const LONGEST = 300;

/** Longest words that are looked at, in UTF-16 units: what is beyond them is not repeated. */
const MOST_READ = 64 * 1024;

/**
 * Another's words: one line, bounded, and without our secrets should they echo them, nor e-mail addresses.
 *
 * @param secrets What was sent along.
 */
export function othersWords(words: string, secrets: readonly Secret[]): string {
  const redaction = new Redaction(secrets);
  const line = redaction.mask(words.slice(0, MOST_READ)).replaceAll(/\p{Cc}+/gu, " ");
  return redaction.text(line.slice(0, LONGEST).toWellFormed());
}
