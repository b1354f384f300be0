/**
 * Plans an import, entry by entry: a dry run shows the plan, a real run executes it.
 *
 * @module
 */
import type { Account, Credential } from "../account.ts";
import { credentialSecret } from "../credentials/credential_secret.ts";
import type { AccountListing, NewAccount } from "../account_book.ts";
import { type ImportItem, isFault } from "./import_format.ts";

/** What happens to one entry. */
export type ImportStep =
  | { readonly type: "add"; readonly where: string; readonly account: NewAccount }
  /** Its credential already exists, in the account of that name. */
  | { readonly type: "skip"; readonly where: string } & Known
  | { readonly type: "fail"; readonly where: string; readonly reason: string };

type Known = Pick<Account, "name" | "kind">;

/** Inputs of the plan. */
export interface PlanOptions {
  /** The existing accounts. */
  readonly listing: AccountListing;
  /** The prefix of new accounts' names, before their number. */
  readonly prefix: string;
}

/** Plans an import: every new credential becomes an account with the lowest number that is free. */
export function planImport(
  items: readonly ImportItem[],
  { listing, prefix }: PlanOptions,
): readonly ImportStep[] {
  const taken = new Set([...listing.accounts, ...listing.unreadable].map(({ name }) => name));
  const nextName = freeNames(prefix, taken);
  const known = new Map<string, Known>(
    listing.accounts.map((account) => [identityOf(account.credential), account]),
  );
  return items.map(({ where, outcome }) => {
    if (isFault(outcome)) return { type: "fail", where, reason: outcome.reason };
    const identity = identityOf(outcome.credential);
    const same = known.get(identity);
    if (same !== undefined) return { type: "skip", where, name: same.name, kind: same.kind };
    const account = { ...outcome, name: nextName() };
    known.set(identity, account);
    return { type: "add", where, account };
  });
}

/** Generates unused names, each once. */
function freeNames(prefix: string, taken: ReadonlySet<string>): () => string {
  let number = 0;
  return () => {
    do number++; while (taken.has(`${prefix}-${number}`));
    return `${prefix}-${number}`;
  };
}

/** Equal for equal secrets: two accounts with one credential would share its quota unnoticed. */
function identityOf(credential: Credential): string {
  return `${credential.type} ${credentialSecret(credential)}`;
}
