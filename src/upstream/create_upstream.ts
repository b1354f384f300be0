/**
 * The upstream that belongs to an account.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { accountSecrets } from "../accounts/account_secrets.ts";
import type { CredentialKeeper } from "../accounts/credentials/credential_keeper.ts";
import { tokenSourceOf } from "../accounts/tokens/token_source_of.ts";
import { defined } from "../base/defined.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import type { Clock } from "../base/clock.ts";
import { outboundOf } from "./outbound.ts";
import { knownTokens, redactedUpstream } from "./redacted_upstream.ts";
import type { Upstream } from "./upstream.ts";
import { UPSTREAMS } from "./upstreams.ts";
import type { Connections } from "./wire/connections.ts";

/** What every upstream is handed. */
export interface UpstreamDependencies {
  readonly clock: Clock;
  /** Shared by accounts without a proxy of their own. Default: such that end with their request. */
  readonly connections?: Connections;
  /** Gives a number from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** The keeper of an account's credential; absent where accounts live in memory only. */
  readonly keeperOf?: (account: Account) => CredentialKeeper;
  /** Reads a text file that a credential names; absent where none is to be read. */
  readonly readFile?: (path: string) => Promise<string>;
  /** Google named an account's project. */
  readonly onProject?: (account: Account, project: string) => void;
  /** Google does not let an account in, in its own words. */
  readonly onNotEligible?: (account: Account, reason: string) => void;
}

/**
 * Makes an account's upstream.
 *
 * @throws {TypeError} When the account does not fit its kind, which none does that Pollux stored.
 */
export function createUpstream(account: Account, dependencies: UpstreamDependencies): Upstream {
  const { clock, connections, random, keeperOf, readFile } = dependencies;
  const redaction = new Redaction(accountSecrets(account));
  const outbound = outboundOf(account, connections);
  const upstream = UPSTREAMS[account.kind]({
    account,
    clock,
    outbound,
    tokensOf(credential) {
      const tokens = tokenSourceOf(credential, {
        clock,
        readFile,
        connections: outbound.proxy,
        ...defined({ random, keeper: keeperOf?.(account) }),
      });
      return knownTokens(tokens, redaction);
    },
    onProject: (project) => dependencies.onProject?.(account, project),
    onNotEligible: (reason) => dependencies.onNotEligible?.(account, redaction.text(reason)),
  });
  return redactedUpstream(upstream, redaction);
}
