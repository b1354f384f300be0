/**
 * An account as anybody may see it.
 *
 * @module
 */
import type { Account } from "./account.ts";

/** The public view of an account: no secret, no client id, no e-mail address. */
export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly kind: Account["kind"];
  readonly enabled: boolean;
  readonly baseUrls: readonly string[];
  readonly project?: string;
  readonly disabledReason?: string;
  readonly createdAt: string;
  readonly signedInAt?: string;
  /** How it proves itself: the type only. */
  readonly credential: Account["credential"]["type"];
}

/** Takes from an account what may be shown. */
export function viewOf(account: Account): AccountView {
  return { ...account, credential: account.credential.type };
}
