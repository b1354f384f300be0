/**
 * Finds the intended name for a mistyped one.
 *
 * @module
 */
import { closest, distance } from "fastest-levenshtein";

/** Most wrong letters: two (two swapped letters count as two), or this share of a long name. */
const WRONG_LETTERS = 2;
const WRONG_SHARE = 0.4;

/** Shorter words are similar to too many names. */
const SHORTEST = 3;

/** The name nearest to a mistyped one; undefined if none is similar enough. */
export function nearName(typed: string, names: readonly string[]): string | undefined {
  if (names.length === 0 || typed.length < SHORTEST) return undefined;
  const name = closest(typed, [...names]);
  const most = Math.max(WRONG_LETTERS, Math.max(typed.length, name.length) * WRONG_SHARE);
  return distance(typed, name) <= most ? name : undefined;
}
