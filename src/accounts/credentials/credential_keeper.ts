/**
 * What a token source sees of the place where its account is kept.
 *
 * @module
 */
import type { Credential } from "../account.ts";
import type { Secret } from "../secret.ts";
import type { TokenError } from "../tokens/token_error.ts";

/** Keeps the credential of one account, which other processes use and change as well. */
export interface CredentialKeeper {
  /**
   * Runs `work` while no other process that shares the account runs such work.
   *
   * @returns What `work` gives; it rejects only as `work` does.
   */
  inTurn<Result>(work: () => Promise<Result>): Promise<Result>;
  /** The credential as it is kept now; undefined when it cannot be told. Never rejects. */
  current(): Promise<Credential | undefined>;
  /**
   * Keeps the refresh token `to` that the token endpoint gave in place of `from`.
   *
   * @throws when it could not be kept.
   */
  replaceRefreshToken(from: Secret, to: Secret): Promise<void>;
  /** Takes note that the token endpoint refused this credential. Never rejects. */
  refused(credential: Credential, error: TokenError): Promise<void>;
}
