/**
 * A refresh that gave no access token.
 *
 * @module
 */

/**
 * Why there is no token:
 * - `invalid_grant`: the refresh token was revoked, has expired or belongs to another client; the user
 *   has to sign in again.
 * - `invalid_client`: the OAuth client is wrong; a mistake of configuration, not of the account.
 * - `unavailable`: the endpoint was not reached in time, failed, or its response could not be used; transient.
 * - `refused`: the endpoint said no for another reason.
 */
export type TokenErrorReason = "invalid_grant" | "invalid_client" | "unavailable" | "refused";

/** Thrown by a token source. Its message has the endpoint's own words, and never a token. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly reason: TokenErrorReason;

  constructor(reason: TokenErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
