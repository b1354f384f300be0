/**
 * The interface through which code that sends calls gets access tokens.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import type { CredentialKeeper } from "../credentials/credential_keeper.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";

export { TokenError, type TokenErrorReason } from "./token_error.ts";

/** Provides access tokens for one account. */
export interface TokenSource {
  /**
   * Returns a token that is valid now.
   *
   * @param signal Ends the wait of this caller only.
   * @throws {TokenError} when there is none, or the signal's reason.
   */
  token(signal: AbortSignal): Promise<string>;
  /** Reports that upstream rejected this token; the next call gets another one. */
  invalidate(token: string): void;
}

/** Options of every token source. */
export interface TokenSourceOptions {
  readonly clock: Clock;
  /** Gives a number from 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Where the credential is stored; absent if it exists in memory only. */
  readonly keeper?: Pick<CredentialKeeper, "refused">;
  /** Connections through the account's own proxy; absent if it has none. */
  readonly connections?: ProxyConnections | undefined;
}
