/**
 * Where access tokens come from, as whoever sends calls sees it.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import type { CredentialKeeper } from "../credentials/credential_keeper.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";

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

/** What the token source of every credential needs. */
export interface TokenSourceOptions {
  readonly clock: Clock;
  /** Gives a number from 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Where the credential is kept; absent for one that lives in memory only. */
  readonly keeper?: Pick<CredentialKeeper, "refused">;
  /** Connections through the account's own proxy; absent where it has none. */
  readonly connections?: ProxyConnections | undefined;
}
