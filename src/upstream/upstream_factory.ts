/**
 * The factory interface for upstreams of every kind.
 *
 * @module
 */
import type { Account, TokenCredential } from "../accounts/account.ts";
import type { TokenSource } from "../accounts/tokens/token_source.ts";
import type { Clock } from "../base/clock.ts";
import type { Outbound } from "./outbound.ts";
import type { Upstream } from "./upstream.ts";

/** The inputs of a factory. */
export interface UpstreamParts {
  readonly account: Account;
  readonly clock: Clock;
  /** The connections and headers of the account's requests. */
  readonly outbound: Outbound;
  /** The access tokens of one of the account's credentials. */
  tokensOf(credential: TokenCredential): TokenSource;
  /** Called when Google named the account's project. */
  onProject(project: string): void;
  /** Called when Google denies the account access, with Google's message. */
  onNotEligible(reason: string): void;
}

/**
 * Creates an account's upstream.
 *
 * @throws {TypeError} When the account does not fit its kind; see {@linkcode misfit}.
 */
export type UpstreamFactory = (parts: UpstreamParts) => Upstream;

/** The error for an account that does not fit its kind; stored accounts always do. */
export function misfit({ name, kind }: Account, why: string): TypeError {
  return new TypeError(`Cannot use account "${name}": a ${kind} account ${why}`);
}
