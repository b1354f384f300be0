/**
 * The upstream that belongs to an account.
 *
 * @module
 */
import type { Account, TokenCredential } from "../accounts/account.ts";
import { accountSecrets } from "../accounts/account_secrets.ts";
import type { CredentialKeeper } from "../accounts/credentials/credential_keeper.ts";
import type { TokenSource } from "../accounts/tokens/token_source.ts";
import { tokenSourceOf } from "../accounts/tokens/token_source_of.ts";
import { Redaction } from "../gemini/redaction/redaction.ts";
import type { Clock } from "../base/clock.ts";
import { CodeAssist } from "./code_assist/code_assist.ts";
import { GeminiApi } from "./gemini_api/gemini_api.ts";
import { type Outbound, outboundOf } from "./outbound.ts";
import { knownTokens, redactedUpstream } from "./redacted_upstream.ts";
import type { Upstream } from "./upstream.ts";
import { Vertex, type VertexAccess } from "./vertex/vertex.ts";
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

/** What the tokens of an account need besides. */
interface TokenDependencies extends UpstreamDependencies {
  readonly redaction: Redaction;
  readonly outbound: Outbound;
}

/**
 * Makes an account's upstream.
 *
 * @throws {TypeError} When the account does not fit its kind, which none does that Pollux stored.
 */
export function createUpstream(account: Account, dependencies: UpstreamDependencies): Upstream {
  const redaction = new Redaction(accountSecrets(account));
  return redactedUpstream(upstreamOf(account, { ...dependencies, redaction }), redaction);
}

function upstreamOf(
  account: Account,
  dependencies: UpstreamDependencies & { readonly redaction: Redaction },
): Upstream {
  const { clock, onProject, onNotEligible, redaction } = dependencies;
  const { baseUrls, credential, project } = account;
  const outbound = outboundOf(account, dependencies.connections);
  switch (account.kind) {
    case "gemini-api":
      if (credential.type !== "api_key") break;
      return new GeminiApi({ baseUrls, key: credential.key, clock, outbound });
    case "vertex":
      return new Vertex({
        baseUrls,
        access: vertexAccess(account, { outbound, ...dependencies }),
        clock,
        outbound,
      });
    case "code-assist": {
      if (credential.type !== "authorized_user") break;
      const tokens = tokensOf(credential, { account, outbound, ...dependencies });
      return new CodeAssist({
        baseUrls,
        tokens,
        project,
        clock,
        outbound,
        onProject: (found) => onProject?.(account, found),
        onNotEligible: (reason) => onNotEligible?.(account, redaction.text(reason)),
      });
    }
  }
  throw misfit(account, `has no ${credential.type}`);
}

function vertexAccess(account: Account, so: TokenDependencies): VertexAccess {
  const { credential, project, location } = account;
  if (credential.type === "api_key") return { key: credential.key };
  if (project === undefined || location === undefined) {
    const edit = `pollux accounts edit ${account.name} --project … --location …`;
    throw misfit(account, `needs a project and a location; give it them: ${edit}`);
  }
  return {
    tokens: tokensOf(credential, { account, ...so }),
    place: { project, location },
  };
}

function tokensOf(
  credential: TokenCredential,
  of: TokenDependencies & { readonly account: Account },
): TokenSource {
  const { account, clock, random, keeperOf, readFile, outbound, redaction } = of;
  const tokens = tokenSourceOf(credential, {
    clock,
    readFile,
    connections: outbound.proxy,
    ...(random === undefined ? {} : { random }),
    ...(keeperOf === undefined ? {} : { keeper: keeperOf(account) }),
  });
  return knownTokens(tokens, redaction);
}

function misfit({ name, kind }: Account, why: string): TypeError {
  return new TypeError(`Cannot use account "${name}": a ${kind} account ${why}`);
}
