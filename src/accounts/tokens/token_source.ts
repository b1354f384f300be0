/**
 * Where access tokens come from, as whoever sends calls sees it.
 *
 * @module
 */

export { TokenError, type TokenErrorReason } from "./token_error.ts";

/** Gives access tokens for one account. */
export interface TokenSource {
  /**
   * A token that is good now.
   *
   * @param signal Ends the wait of this caller only.
   * @throws {TokenError} when none can be had, or the signal's reason.
   */
  token(signal: AbortSignal): Promise<string>;
  /** Says that upstream refused this token; the next call gets another. */
  invalidate(token: string): void;
}
