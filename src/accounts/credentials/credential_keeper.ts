/**
 * The part of an account's store that a token source uses.
 *
 * @module
 */
import type { Credential } from "../account.ts";
import type { Secret } from "../secret.ts";
import type { TokenError } from "../tokens/token_error.ts";

/** Stores the credential of one account, which other processes use and change as well. */
export interface CredentialKeeper {
  /**
   * Runs `work` under a lock, so that no other process that shares the account runs such work at the same time.
   *
   * @returns The result of `work`; rejects only if `work` does.
   */
  withLock<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The currently stored credential; undefined when it cannot be read. Never rejects. */
  current(): Promise<Credential | undefined>;
  /**
   * Stores the refresh token `to` that the token endpoint issued to replace `from`.
   *
   * @throws when it could not be stored.
   */
  replaceRefreshToken(from: Secret, to: Secret): Promise<void>;
  /** Records that the token endpoint rejected this credential. Never rejects. */
  refused(credential: Credential, error: TokenError): Promise<void>;
}
