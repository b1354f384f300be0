/**
 * What an endpoint says, made fit for a message of ours.
 *
 * @module
 */
import type { Secret } from "./secret.ts";

/** The most that a message repeats, in characters. */
const LONGEST = 300;

/**
 * Another's words: one line, bounded, and without our secrets should they echo them.
 *
 * @param secrets What was sent along.
 */
export function othersWords(words: string, secrets: readonly Secret[]): string {
  return secrets
    .reduce((text, secret) => text.replaceAll(secret.reveal(), String(secret)), words)
    .replaceAll(/\p{Cc}+/gu, " ")
    .slice(0, LONGEST);
}
