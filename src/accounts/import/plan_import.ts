/**
 * What an import is going to do, entry by entry: the same plan is shown by a dry run and carried out
 * by the real one.
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
  /** Its credential is there already, as the account of that name. */
  | { readonly type: "skip"; readonly where: string } & Known
  | { readonly type: "fail"; readonly where: string; readonly reason: string };

type Known = Pick<Account, "name" | "kind">;

/** What the plan depends on. */
export interface PlanOptions {
  /** What is there already. */
  readonly listing: AccountListing;
  /** What new accounts are called, before their number. */
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

/** Gives names that are not taken; none twice. */
function freeNames(prefix: string, taken: ReadonlySet<string>): () => string {
  let number = 0;
  return () => {
    do number++; while (taken.has(`${prefix}-${number}`));
    return `${prefix}-${number}`;
  };
}

/** The same for the same secret: accounts with one credential would share its quota unawares. */
function identityOf(credential: Credential): string {
  return `${credential.type} ${credentialSecret(credential)}`;
}
