/**
 * Access tokens of a service account: it signs an assertion, which its token endpoint exchanges.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc7523#section-2.1}
 * @see {@link https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests}
 * @module
 */
import { SignJWT } from "jose/jwt/sign";
import { importPKCS8 } from "jose/key/import";
import type { ServiceAccount } from "./account.ts";
import { requestGrant } from "./refresh_request.ts";
import { Secret } from "./secret.ts";
import { TokenError, type TokenErrorReason } from "./token_error.ts";
import { GrantedTokens, type TokenSourceOptions } from "./token_source.ts";

/** The only algorithm that Google's endpoint takes. */
const ALGORITHM = "RS256";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";

/** How long an assertion may live at most, in seconds. */
const LIFETIME_S = 3600;

/** How far back an assertion is dated, in seconds: Google refuses one from a clock ahead of its own. */
const BACKDATED_S = 10;

/** What the user can do about each reason. */
const ADVICE: Readonly<Record<TokenErrorReason, string>> = {
  invalid_grant: "; make a new key for the service account in the Google Cloud console, then " +
    "remove the account and add it with that key",
  invalid_client: "",
  unavailable: "",
  refused: "",
};

/** Access tokens of a service account. */
export class ServiceAccountTokens extends GrantedTokens {
  constructor(account: ServiceAccount, options: Pick<TokenSourceOptions, "clock">) {
    const { clock } = options;
    let key: Promise<CryptoKey> | undefined;
    super(async () => {
      key ??= importSigningKey(account.privateKey);
      return await exchange(account, await signAssertion(account, { key: await key, clock }));
    }, { clock });
  }
}

/**
 * Reads the private key of a service account.
 *
 * @param privateKey PKCS #8 in PEM.
 * @throws {TokenError} when it is none for RSA; the key is not repeated.
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
  by: { readonly key: CryptoKey; readonly clock: { now(): number } },
): Promise<string> {
  const issuedAt = Math.floor(by.clock.now() / 1000) - BACKDATED_S;
  return new SignJWT({ scope: SCOPE })
    .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", kid: account.privateKeyId })
    .setIssuer(account.clientEmail)
    .setAudience(account.tokenUri)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + LIFETIME_S)
    .sign(by.key);
}

function exchange(account: ServiceAccount, assertion: string) {
  return requestGrant(account.tokenUri, {
    form: { grant_type: GRANT_TYPE, assertion },
    secrets: [new Secret(assertion), new Secret(account.clientEmail), account.privateKey],
    refusal: refused,
  });
}

function refused(error: string, words: string): TokenError {
  const reason = reasonOf(error, words);
  const isClock = reason === "refused" && /\b(iat|exp)\b/.test(words);
  const advice = isClock ? "; set this machine's clock right" : ADVICE[reason];
  return new TokenError(
    reason,
    `The token endpoint refused the service account: ${words}${advice}`,
  );
}

function reasonOf(error: string, words: string): TokenErrorReason {
  switch (error) {
    case "invalid_grant":
      // Google says so too of an assertion whose times or audience are off, which no new key mends.
      return words.startsWith("Invalid JWT:") ? "refused" : "invalid_grant";
    case "invalid_client":
    case "unauthorized_client":
      return "invalid_client";
    default:
      return "refused";
  }
}
