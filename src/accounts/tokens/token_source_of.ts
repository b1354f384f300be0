/**
 * Creates the token source of a credential.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { TokenCredential } from "../account.ts";
import {
  AuthorizedUserTokens,
  type AuthorizedUserTokensOptions,
} from "./authorized_user_tokens.ts";
import type { CredentialKeeper } from "../credentials/credential_keeper.ts";
import { externalAccountTokens } from "./external_account_tokens.ts";
import { impersonatedTokens } from "./impersonated_tokens.ts";
import { serviceAccountTokens } from "./service_account_tokens.ts";
import type { SubjectTokenOptions } from "../credentials/subject_token.ts";
import type { TokenSource } from "./token_source.ts";

/** Options of token sources. */
export interface AnyTokensOptions extends AuthorizedUserTokensOptions, SubjectTokenOptions {}

/** Creates the token source of a credential. */
export function tokenSourceOf(
  credential: TokenCredential,
  options: AnyTokensOptions,
): TokenSource {
  switch (credential.type) {
    case "authorized_user":
      return new AuthorizedUserTokens(credential, options);
    case "service_account":
      return serviceAccountTokens(credential, options);
    case "external_account": {
      const source = externalAccountTokens(credential, options);
      return impersonated(credential, source, options);
    }
    case "impersonated_service_account": {
      const { keeper, ...rest } = options;
      const source = tokenSourceOf(credential.source, {
        ...rest,
        ...defined({ keeper: keeper && sourceKeeper(credential, keeper) }),
      });
      return impersonated(credential, source, options);
    }
  }
}

/** Adds impersonation if the credential names a service account to act as. */
function impersonated(
  credential: Extract<TokenCredential, { readonly file: unknown }>,
  source: TokenSource,
  options: AnyTokensOptions,
): TokenSource {
  const { impersonation } = credential;
  if (impersonation === undefined) return source;
  const { clock, random, keeper, connections } = options;
  return impersonatedTokens(impersonation, {
    source,
    clock,
    random,
    connections,
    onRefused: (error) => keeper?.refused(credential, error),
  });
}

/**
 * The keeper of a credential nested in another's file: rejections apply to the whole file, and a replaced
 * refresh token exists in memory only. Google does not replace refresh tokens of `gcloud`.
 */
function sourceKeeper(whole: TokenCredential, keeper: CredentialKeeper): CredentialKeeper {
  return {
    withLock: (work) => keeper.withLock(work),
    current: () => Promise.resolve(undefined),
    replaceRefreshToken: () => Promise.resolve(),
    refused: (_, error) => keeper.refused(whole, error),
  };
}
