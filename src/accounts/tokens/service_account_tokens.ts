/**
 * Access tokens of a service account: it signs an assertion, which its token endpoint exchanges.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-2.1}
 * @see {@link https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests}
 * @module
 */
import { SignJWT } from "jose/jwt/sign";
import { importPKCS8 } from "jose/key/import";
import type { Clock } from "../../base/clock.ts";
import { defined } from "../../base/defined.ts";
import { AccessTokens } from "./access_tokens.ts";
import type { ServiceAccount } from "../account.ts";
import { CLOUD_SCOPE } from "./cloud_scope.ts";
import { type Grant, type RefusalMeaning, requestGrant } from "./grant_request.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { Secret } from "../secret.ts";
import { TokenError } from "./token_error.ts";
import type { TokenSource, TokenSourceOptions } from "./token_source.ts";

/** The only algorithm that Google's endpoint accepts. */
const ALGORITHM = "RS256";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** Longest lifetime of an assertion, in seconds. */
const LIFETIME_S = 3600;

/** How far an assertion is backdated, in seconds: Google rejects assertions from a clock ahead of its own. */
const BACKDATED_S = 10;

/** What the user can do about a rejection. */
const ADVICE = {
  invalid_grant:
    "make a new key for the service account in the Google Cloud console, then remove " +
    "the account and add it with that key",
} as const;

/** Access tokens of one service account. */
export function serviceAccountTokens(
  account: ServiceAccount,
  options: TokenSourceOptions,
): TokenSource {
  const { clock, random, keeper, connections } = options;
  let key: Promise<CryptoKey> | undefined;
  return new AccessTokens({
    clock,
    random,
    async request() {
      key ??= importSigningKey(account.privateKey);
      const assertion = await signAssertion(account, { key: await key, clock });
      return await exchange(account, { assertion, connections });
    },
    onRefused: (error) => keeper?.refused(account, error),
  });
}

/**
 * Reads the private key of a service account.
 *
 * @param privateKey PKCS #8 in PEM.
 * @throws {TokenError} when it is not an RSA key; the key is not quoted.
 */
export async function importSigningKey(privateKey: Secret): Promise<CryptoKey> {
  try {
    return await importPKCS8(privateKey.reveal(), ALGORITHM);
  } catch {
    throw new TokenError(
      "refused",
      `The service account's "private_key" is not an RSA key in PEM; download the key from the ` +
        `Google Cloud console again`,
    );
  }
}

function signAssertion(
  account: ServiceAccount,
  by: { readonly key: CryptoKey; readonly clock: Clock },
): Promise<string> {
  const issuedAt = Math.floor(by.clock.now() / 1000) - BACKDATED_S;
  const { privateKeyId: kid } = account;
  return new SignJWT({ scope: CLOUD_SCOPE })
    .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", ...defined({ kid }) })
    .setIssuer(account.clientEmail)
    .setAudience(account.tokenUri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_S)
    .sign(by.key);
}

function exchange(
  account: ServiceAccount,
  { assertion, connections }: {
    readonly assertion: string;
    readonly connections: ProxyConnections | undefined;
  },
): Promise<Grant> {
  return requestGrant({
    tokenUri: account.tokenUri,
    form: { grant_type: GRANT_TYPE, assertion },
    secrets: [new Secret(assertion), new Secret(account.clientEmail), account.privateKey],
    what: "service account",
    meaningOf,
    advice: ADVICE,
    connections,
  });
}

/** Google also sends `invalid_grant` for wrong times or a wrong audience, which a new key does not fix. */
function meaningOf(words: string): RefusalMeaning | undefined {
  if (!words.startsWith("Invalid JWT:")) return undefined;
  const advice = /\b(iat|exp)\b/.test(words) ? "correct this machine's clock" : undefined;
  return { reason: "refused", advice };
}
