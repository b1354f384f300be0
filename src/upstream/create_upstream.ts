/**
 * The upstream that belongs to an account.
 *
 * @module
 */
import type { Account, AuthorizedUser, ServiceAccount } from "../accounts/account.ts";
import type { Secret } from "../accounts/secret.ts";
import { ServiceAccountTokens } from "../accounts/service_account_tokens.ts";
import { AuthorizedUserTokens, type TokenSource } from "../accounts/token_source.ts";
import type { Clock } from "../pool/clock.ts";
import { CodeAssist } from "./code_assist.ts";
import { GeminiApi } from "./gemini_api.ts";
import type { Upstream } from "./upstream.ts";
import { Vertex, type VertexAccess } from "./vertex.ts";

/** What every upstream is handed. */
export interface UpstreamDependencies {
  readonly clock: Clock;
  /** Keeps the refresh token that Google gave an account in place of `from`. */
  readonly onRefreshToken?: (accountId: string, from: Secret, to: Secret) => Promise<void>;
}

/**
 * Makes an account's upstream.
 *
 * @throws {TypeError} When the credential does not fit the kind, which no stored account does.
 */
export function createUpstream(account: Account, dependencies: UpstreamDependencies): Upstream {
  const { clock } = dependencies;
  const { baseUrls, credential, project } = account;
  switch (account.kind) {
    case "gemini-api":
      if (credential.type !== "api_key") break;
      return new GeminiApi({ baseUrls, key: credential.key, clock });
    case "vertex":
      return new Vertex({ baseUrls, access: vertexAccess(account, dependencies), clock });
    case "code-assist": {
      if (credential.type !== "authorized_user") break;
      const tokens = tokensOf(credential, account.id, dependencies);
      return new CodeAssist({ baseUrls, tokens, project, clock });
    }
  }
  throw misfit(account, `has no ${credential.type}`);
}

function vertexAccess(account: Account, dependencies: UpstreamDependencies): VertexAccess {
  const { credential, project, location } = account;
  if (credential.type === "api_key") return { key: credential.key };
  if (project === undefined || location === undefined) {
    throw misfit(account, "needs a project and a location");
  }
  return {
    tokens: tokensOf(credential, account.id, dependencies),
    place: { project, location },
  };
}

function tokensOf(
  credential: AuthorizedUser | ServiceAccount,
  accountId: string,
  { clock, onRefreshToken }: UpstreamDependencies,
): TokenSource {
  if (credential.type === "service_account") return new ServiceAccountTokens(credential, { clock });
  return new AuthorizedUserTokens(credential, {
    clock,
    ...(onRefreshToken === undefined
      ? {}
      : { onRefreshToken: (from: Secret, to: Secret) => onRefreshToken(accountId, from, to) }),
  });
}

function misfit({ name, kind }: Account, why: string): TypeError {
  return new TypeError(`Cannot use account "${name}": a ${kind} account ${why}`);
}
