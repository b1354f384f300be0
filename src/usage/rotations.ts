/**
 * Counts how often a call moved to another account.
 *
 * @module
 */

/** The accounts of a call. */
export interface CallAccounts {
  /** The failed attempts, in order. */
  readonly failedTries: readonly { readonly account: string }[];
  /** The account of the last attempt. */
  readonly account: string;
}

/** How often a call moved to another account; another attempt with the same one is no move. */
export function rotationsOf({ failedTries, account }: CallAccounts): number {
  let rotations = 0;
  let last = failedTries[0]?.account ?? account;
  for (const tried of failedTries) {
    if (tried.account !== last) rotations++;
    last = tried.account;
  }
  return account === last ? rotations : rotations + 1;
}
