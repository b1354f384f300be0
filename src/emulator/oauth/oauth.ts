/**
/**
 * Google's token endpoint: codes, refresh tokens, and the assertions of service accounts. Its errors are
 * flat (RFC 6749 section 5.2), not google.rpc.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app#exchange-authorization-code}
 * @see {@link https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests}
 * @module
 */
import { createHash } from "node:crypto";
import { defined } from "../../base/defined.ts";
import type { AuthorizationCodes } from "./authorization_codes.ts";
import type { EmulatedAccount } from "../emulated_account.ts";
import type { EmulatedAccounts } from "../emulated_accounts.ts";
import { prettyJson } from "../http/framing.ts";
import type { JsonObject } from "../../base/json.ts";
import { textAt } from "../json.ts";
import type { OAuthClient, OAuthClients } from "./oauth_clients.ts";
import { assertionFault, readAssertion } from "./service_account.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform openid";

const ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** The accounts, clients and codes of the endpoint. */
export interface TokenRegisters {
  readonly accounts: EmulatedAccounts;
  readonly clients: OAuthClients;
  readonly codes: AuthorizationCodes;
}

/** The context of a token request. */
export interface TokenContext extends TokenRegisters {
  /** The endpoint's URL. */
  readonly tokenUri: string;
  /** Now, in ms. */
  readonly now: number;
}

/** A flat error. */
class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
  readonly status: 400 | 401;
  readonly error: string;

  constructor(error: string, description: string, status: 400 | 401 = 400) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

/** Returns the account that a token request names, before the request is checked. */
export function accountOfTokenRequest(
  form: URLSearchParams,
  { accounts, codes }: TokenRegisters,
): EmulatedAccount | undefined {
  if (form.get("grant_type") === ASSERTION_GRANT) {
    const claims = readAssertion(form.get("assertion") ?? "")?.claims;
    return accounts.withEmail(textAt(claims, "iss") ?? "");
  }
  return accounts.withRefreshToken(form.get("refresh_token") ?? "")?.account ??
    codes.peek(form.get("code") ?? "")?.account;
}

/**
 * Handles `POST /token`.
 *
 * @param form The body, `application/x-www-form-urlencoded`.
 */
export function respondTokenRequest(form: URLSearchParams, context: TokenContext): Response {
  try {
    const grant = required(form, "grant_type");
    switch (grant) {
      case "refresh_token":
        return response(200, refresh(form, context));
      case "authorization_code":
        return response(200, exchange(form, context));
      case ASSERTION_GRANT:
        return response(200, assert(form, context));
      default:
        throw new TokenRefusal("unsupported_grant_type", `Invalid grant_type: ${grant}`);
    }
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    const { status, message } = error;
    return response(status, { error: error.error, error_description: message });
  }
}

function refresh(form: URLSearchParams, { accounts, clients }: TokenContext): JsonObject {
  const client = authenticated(form, clients);
  const refreshToken = required(form, "refresh_token");
  const known = accounts.withRefreshToken(refreshToken);
  if (known === undefined || known.account.revoked) {
    throw new TokenRefusal("invalid_grant", "Token has been expired or revoked.");
  }
  if (known.clientId !== client.id) {
    throw new TokenRefusal("unauthorized_client", "Unauthorized", 401);
  }
  const successor = accounts.rotate(refreshToken);
  return {
    ...tokens(known.account, { accounts, scope: SCOPE }),
    ...defined({ refresh_token: successor }),
  };
}

function assert(form: URLSearchParams, context: TokenContext): JsonObject {
  const { accounts, tokenUri, now } = context;
  const assertion = readAssertion(required(form, "assertion"));
  if (assertion === undefined) throw new TokenRefusal("invalid_grant", "Bad Request");
  const account = accountOfTokenRequest(form, context);
  if (account?.serviceAccount === undefined) {
    throw new TokenRefusal("invalid_grant", "Invalid grant: account not found");
  }
  if (account.revoked) throw new TokenRefusal("invalid_grant", "Invalid JWT Signature.");
  const fault = assertionFault(assertion, { ...account.serviceAccount, audience: tokenUri, now });
  if (fault !== undefined) throw new TokenRefusal(fault.error, fault.description);
  return tokens(account, { accounts });
}

function exchange(
  form: URLSearchParams,
  { accounts, clients, codes }: TokenContext,
): JsonObject {
  const client = authenticated(form, clients);
  const code = required(form, "code");
  const redirectUri = required(form, "redirect_uri");
  const consent = codes.peek(code);
  if (consent === undefined || consent.clientId !== client.id) {
    throw new TokenRefusal("invalid_grant", "Malformed auth code.");
  }
  if (consent.redirectUri !== redirectUri) {
    throw new TokenRefusal("redirect_uri_mismatch", "Bad Request");
  }
  checkVerifier(consent.challenge, form.get("code_verifier"));
  codes.spend(code);
  const { account, scope, refreshes } = consent;
  return {
    ...tokens(account, { accounts, scope }),
    ...(refreshes ? { refresh_token: accounts.issueRefreshToken(account, client.id) } : {}),
  };
}

/** @see {@link https://www.rfc-editor.org/rfc/rfc7636#section-4.6} */
function checkVerifier(challenge: string | undefined, verifier: string | null): void {
  if (challenge === undefined && verifier === null) return;
  if (!verifier) throw new TokenRefusal("invalid_grant", "Missing code verifier.");
  const computed = createHash("sha256").update(verifier).digest("base64url");
  if (!/^[\w.~-]{43,128}$/.test(verifier) || computed !== challenge) {
    throw new TokenRefusal("invalid_grant", "Invalid code verifier.");
  }
}

function authenticated(form: URLSearchParams, clients: OAuthClients): OAuthClient {
  const id = form.get("client_id");
  if (!id) throw new TokenRefusal("invalid_request", "Could not determine client ID.");
  const client = clients.find(id);
  if (client === undefined) {
    throw new TokenRefusal("invalid_client", "The OAuth client was not found.", 401);
  }
  const secret = form.get("client_secret");
  if (!secret) throw new TokenRefusal("invalid_request", "client_secret is missing.");
  if (secret !== client.secret) {
    throw new TokenRefusal("invalid_client", "The provided client secret is invalid.", 401);
  }
  return client;
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new TokenRefusal("invalid_request", `Missing required parameter: ${name}`);
  return value;
}

function tokens(
  account: EmulatedAccount,
  { accounts, scope }: { readonly accounts: EmulatedAccounts; readonly scope?: string },
): JsonObject {
  return {
    access_token: accounts.issueToken(account),
    expires_in: account.expiresInSeconds,
    ...defined({ scope }),
    token_type: "Bearer",
  };
}

function response(status: number, body: JsonObject): Response {
  return new Response(prettyJson(body), {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
      "server": "scaffolding on HTTPServer2",
      "vary": "Origin, X-Origin, Referer",
      "x-content-type-options": "nosniff",
    },
  });
}
