/**
 * Resolves the arguments of a command to accounts: one by its name, or several by a pattern.
 *
 * @module
 */
import { AccountError } from "../../accounts/account_error.ts";
import { wildcard } from "../../base/wildcard.ts";

/**
 * Returns the names of the matching accounts, each once, in the order of the arguments.
 *
 * @param words Names, and patterns in which `*` is any text.
 * @param names The names of all accounts.
 * @returns The names. A name that no account has is returned unchanged, for the caller to handle.
 * @throws {AccountError} when a pattern matches no account.
 */
export function chosenAccounts(
  words: readonly string[],
  names: readonly string[],
): readonly string[] {
  return [...new Set(words.flatMap((word) => matching(word, names)))];
}

/** Whether the arguments are exactly one name: then the output is one account, in JSON too. */
export function isOneName(words: readonly string[]): boolean {
  return words.length === 1 && !words[0]?.includes("*");
}

function matching(word: string, names: readonly string[]): readonly string[] {
  if (!word.includes("*")) return [word];
  const pattern = wildcard(word);
  const fitting = names.filter((name) => pattern.test(name));
  if (fitting.length > 0) return fitting;
  throw new AccountError(
    `No account matches "${word}"; "pollux accounts list" shows all accounts`,
  );
}
