/**
 * Access tokens in exchange for a token of another identity provider, from Google's Security Token Service.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc8693}
 * @see {@link https://google.aip.dev/auth/4117}
 * @module
 */
import { defined } from "../../base/defined.ts";
import { AccessTokens } from "./access_tokens.ts";
import type { ExternalAccount } from "../account.ts";
import { CLOUD_SCOPE } from "./cloud_scope.ts";
import { type Grant, requestGrant } from "./grant_request.ts";
import { Secret } from "../secret.ts";
import { readSubjectToken, type SubjectTokenOptions } from "../credentials/subject_token.ts";
import type { TokenSource, TokenSourceOptions } from "./token_source.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const ADVICE =
  "check the identity pool's provider, and that its token is fresh and for that audience";

/** Options of {@linkcode externalAccountTokens}. */
export interface ExternalAccountTokensOptions extends TokenSourceOptions, SubjectTokenOptions {}

/** Exchanged tokens of one workload. Impersonation of a service account is done elsewhere. */
export function externalAccountTokens(
  account: ExternalAccount,
  options: ExternalAccountTokensOptions,
): TokenSource {
  const { clock, random, keeper } = options;
  return new AccessTokens({
    clock,
    random,
    request: () => exchange(account, options),
    onRefused: (error) => keeper?.refused(account, error),
  });
}

async function exchange(account: ExternalAccount, options: SubjectTokenOptions): Promise<Grant> {
  const { audience, subjectTokenType, tokenUri, subject, client, userProject } = account;
  const subjectToken = await readSubjectToken(subject, options);
  return await requestGrant({
    tokenUri,
    form: {
      grant_type: GRANT_TYPE,
      audience,
      scope: CLOUD_SCOPE,
      requested_token_type: ACCESS_TOKEN,
      subject_token: subjectToken,
      subject_token_type: subjectTokenType,
      ...(client === undefined && userProject !== undefined
        ? { options: JSON.stringify({ userProject }) }
        : {}),
    },
    ...defined({ client }),
    secrets: [new Secret(subjectToken), ...client === undefined ? [] : [client.secret]]
      .filter((secret) => secret.reveal() !== ""),
    what: "subject token",
    // The provider issues another token soon, so this rejection does not apply to the next token.
    meaningOf: () => ({ reason: "refused", advice: ADVICE }),
    advice: {},
    connections: options.connections,
  });
}
