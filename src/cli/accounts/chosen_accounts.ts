/**
 * The accounts that a command's words name: one by its name, or several by a pattern.
 *
 * @module
 */
import { AccountError } from "../../accounts/account_error.ts";
import { wildcard } from "../../base/wildcard.ts";

/**
 * Which of the accounts are meant, each once, in the order of the words.
 *
 * @param words Names, and patterns in which `*` is any text.
 * @param names Those of the accounts that there are.
 * @returns The names. One that no account has is given back as it is: what becomes of it is the caller's.
 * @throws {AccountError} when a pattern fits no account.
 */
export function chosenAccounts(
  words: readonly string[],
  names: readonly string[],
): readonly string[] {
  return [...new Set(words.flatMap((word) => matching(word, names)))];
}

/** Whether a command was given exactly one name, so that it speaks of one account, in JSON too. */
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
