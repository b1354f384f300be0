/**
 * Creates the upstream of an account.
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
import { redactedUpstream, tokensAddedTo } from "./redacted_upstream.ts";
import type { Upstream } from "./upstream.ts";
import { UPSTREAMS } from "./upstreams.ts";
import type { Connections } from "./wire/connections.ts";

/** The dependencies of every upstream. */
export interface UpstreamDependencies {
  readonly clock: Clock;
  /** Shared by accounts without their own proxy. Default: connections that close after each request. */
  readonly connections?: Connections;
  /** Returns a number from 0 up to 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** The keeper of an account's credential; absent if accounts exist in memory only. */
  readonly keeperOf?: (account: Account) => CredentialKeeper;
  /** Reads a text file that a credential names; absent if files must not be read. */
  readonly readFile?: (path: string) => Promise<string>;
  /** Called when Google named an account's project. */
  readonly onProject?: (account: Account, project: string) => void;
  /** Called when Google denies an account access, with Google's message. */
  readonly onNotEligible?: (account: Account, reason: string) => void;
}

/**
 * Creates an account's upstream.
 *
 * @throws {TypeError} When the account does not fit its kind; stored accounts always do.
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
      return tokensAddedTo(tokens, redaction);
    },
    onProject: (project) => dependencies.onProject?.(account, project),
    onNotEligible: (reason) => dependencies.onNotEligible?.(account, redaction.text(reason)),
  });
  return redactedUpstream(upstream, redaction);
}
