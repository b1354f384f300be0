/**
 * The upstream that belongs to an account.
 *
 * @module
 */
import type { Account } from "../accounts/account.ts";
import { AuthorizedUserTokens } from "../accounts/token_source.ts";
import type { Secret } from "../accounts/secret.ts";
import type { Clock } from "../pool/clock.ts";
import { CodeAssist } from "./code_assist.ts";
import { GeminiApi } from "./gemini_api.ts";
import type { Upstream } from "./upstream.ts";

/** What every upstream is handed. */
export interface UpstreamDependencies {
  readonly clock: Clock;
  /** Keeps the refresh token that Google gave an account in place of `from`. */
  readonly onRefreshToken?: (accountId: string, from: Secret, to: Secret) => Promise<void>;
  /** Google named an account's project. */
  readonly onProject?: (account: Account, project: string) => void;
  /** Google does not let an account in, in its own words. */
  readonly onNotEligible?: (account: Account, reason: string) => void;
}

/**
 * Makes an account's upstream.
 *
 * @throws {TypeError} When the credential does not fit the kind, which no stored account does.
 */
export function createUpstream(account: Account, dependencies: UpstreamDependencies): Upstream {
  const { clock, onRefreshToken, onProject, onNotEligible } = dependencies;
  const { baseUrls, credential, project } = account;
  if (account.kind === "gemini-api" && credential.type === "api_key") {
    return new GeminiApi({ baseUrls, key: credential.key, clock });
  }
  if (account.kind === "code-assist" && credential.type === "authorized_user") {
    const tokens = new AuthorizedUserTokens(credential, {
      clock,
      ...(onRefreshToken === undefined
        ? {}
        : { onRefreshToken: (from: Secret, to: Secret) => onRefreshToken(account.id, from, to) }),
    });
    return new CodeAssist({
      baseUrls,
      tokens,
      project,
      clock,
      onProject: (found) => onProject?.(account, found),
      onNotEligible: (reason) => onNotEligible?.(account, reason),
    });
  }
  throw new TypeError(
    `Cannot use account "${account.name}": a ${account.kind} account has no ${credential.type}`,
  );
}
