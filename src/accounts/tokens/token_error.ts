/**
 * The error for a failed token request.
 *
 * @module
 */

/**
 * Why there is no token:
 * - `invalid_grant`: the refresh token was revoked, has expired or belongs to another client; the user
 *   has to sign in again.
 * - `invalid_client`: the OAuth client is wrong; an error of the configuration, not of the account.
 * - `unavailable`: the endpoint was not reached in time, failed, or its response could not be used; transient.
 * - `refused`: the endpoint rejected the request for another reason.
 */
export type TokenErrorReason = "invalid_grant" | "invalid_client" | "unavailable" | "refused";

/** Thrown by a token source. Its message quotes the endpoint, and never contains a token. */
export class TokenError extends Error {
  override readonly name = "TokenError";
  readonly reason: TokenErrorReason;

  constructor(reason: TokenErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
