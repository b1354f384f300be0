/**
 * Warns of a client key's rules that name accounts which do not exist.
 *
 * @module
 */
import type { Account } from "./account.ts";

/**
 * The warning, as sentences without the last full stop; undefined if each name is that of an account, or a label.
 *
 * @param wanted Names and labels in the key's rules.
 */
export function unknownAccounts(
  wanted: readonly string[],
  accounts: readonly Pick<Account, "name" | "labels">[],
): string | undefined {
  const known = new Set(accounts.flatMap(({ name, labels = [] }) => [name, ...labels]));
  const unknown = wanted.filter((name) => !known.has(name)).map((name) => `"${name}"`);
  if (unknown.length === 0) return undefined;
  const which = unknown.length < wanted.length
    ? "The key uses the other ones"
    : "Calls with the key are refused until one has";
  return `no account has the name or label ${unknown.join(" or ")}. ${which}`;
}
