/**
 * Resolves the arguments of a command to names: one by itself, or several by a pattern.
 *
 * @module
 */
import { wildcard } from "../../base/text/wildcard.ts";

/**
 * Returns the matching names, each once, in the order of the arguments.
 *
 * @param words Names, and patterns in which `*` is any text.
 * @param names All names that exist.
 * @param noMatch The error for a pattern that matches none.
 * @returns The names. A name that does not exist is returned unchanged, for the caller to handle.
 */
export function chosenNames(
  words: readonly string[],
  names: readonly string[],
  noMatch: (word: string) => Error,
): readonly string[] {
  return [
    ...new Set(words.flatMap((word) => {
      if (!word.includes("*")) return [word];
      const pattern = wildcard(word);
      const fitting = names.filter((name) => pattern.test(name));
      if (fitting.length === 0) throw noMatch(word);
      return fitting;
    })),
  ];
}

/** Whether the arguments are exactly one name: then the output is about one, in JSON too. */
export function isOneName(words: readonly string[]): boolean {
  return words.length === 1 && !words[0]?.includes("*");
}
