/**
 * How the upstream of one account is made, whatever its kind.
 *
 * @module
 */
import type { Account, TokenCredential } from "../accounts/account.ts";
import type { TokenSource } from "../accounts/tokens/token_source.ts";
import type { Clock } from "../base/clock.ts";
import type { Outbound } from "./outbound.ts";
import type { Upstream } from "./upstream.ts";

/** What a factory makes an upstream of. */
export interface UpstreamParts {
  readonly account: Account;
  readonly clock: Clock;
  /** How the account's requests leave. */
  readonly outbound: Outbound;
  /** The access tokens of one of the account's credentials. */
  tokensOf(credential: TokenCredential): TokenSource;
  /** Google named the account's project. */
  onProject(project: string): void;
  /** Google does not let the account in, in its own words. */
  onNotEligible(reason: string): void;
}

/**
 * Makes an account's upstream.
 *
 * @throws {TypeError} When the account does not fit its kind; see {@linkcode misfit}.
 */
export type UpstreamFactory = (parts: UpstreamParts) => Upstream;

/** The error for an account that does not fit its kind, which no account does that Pollux stored. */
export function misfit({ name, kind }: Account, why: string): TypeError {
  return new TypeError(`Cannot use account "${name}": a ${kind} account ${why}`);
}
