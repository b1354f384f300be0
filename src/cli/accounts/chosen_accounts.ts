/**
 * Resolves the arguments of a command to accounts: one by its name, or several by a pattern.
 *
 * @module
 */
import { AccountError } from "../../accounts/account_error.ts";
import { chosenNames } from "../terminal/chosen_names.ts";

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
  return chosenNames(
    words,
    names,
    (word) =>
      new AccountError(`No account matches "${word}"; "pollux accounts list" shows all accounts`),
  );
}
