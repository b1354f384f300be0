/**
 * Google's token endpoint: refreshing, and the assertions of service accounts. Its errors are flat
 * (RFC 6749 section 5.2), not google.rpc.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app#offline}
 * @see {@link https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests}
 * @module
 */
import { type EmulatedAccount, type EmulatedAccounts, OAUTH_CLIENT } from "./emulated_accounts.ts";
import { prettyJson } from "./framing.ts";
import { type JsonObject, textAt } from "./json.ts";
import { assertionFault, readAssertion } from "./service_account.ts";

/** What a token request is answered from. */
export interface TokenContext {
  readonly accounts: EmulatedAccounts;
  /** The endpoint's own address. */
  readonly tokenUri: string;
  /** Now, in ms. */
  readonly now: number;
}

const SCOPE = "https://www.googleapis.com/auth/cloud-platform openid";

const ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** The account that a token request says it is from; whether it is will be seen. */
export function accountOfForm(
  form: URLSearchParams,
  accounts: EmulatedAccounts,
): EmulatedAccount | undefined {
  if (form.get("grant_type") !== ASSERTION_GRANT) {
    return accounts.withRefreshToken(form.get("refresh_token") ?? "");
  }
  const claims = readAssertion(form.get("assertion") ?? "")?.claims;
  return accounts.withEmail(textAt(claims, "iss") ?? "");
}

/**
 * Answers `POST /token`.
 *
 * @param form The body, `application/x-www-form-urlencoded`.
 */
export function answerTokenRequest(form: URLSearchParams, context: TokenContext): Response {
  const grant = form.get("grant_type");
  switch (grant) {
    case null:
    case "":
      return refuse("invalid_request", "Missing required parameter: grant_type");
    case "refresh_token":
      return answerRefresh(form, context);
    case ASSERTION_GRANT:
      return answerAssertion(form, context);
    default:
      return refuse("unsupported_grant_type", `Invalid grant_type: ${grant}`);
  }
}

function answerRefresh(form: URLSearchParams, { accounts }: TokenContext): Response {
  if (!form.get("client_id")) return refuse("invalid_request", "Could not determine client ID.");
  if (form.get("client_id") !== OAUTH_CLIENT.id) {
    return refuse("invalid_client", "The OAuth client was not found.", 401);
  }
  const secret = form.get("client_secret");
  if (!secret) return refuse("invalid_request", "client_secret is missing.");
  if (secret !== OAUTH_CLIENT.secret) {
    return refuse("invalid_client", "The provided client secret is invalid.", 401);
  }
  if (!form.get("refresh_token")) {
    return refuse("invalid_request", "Missing required parameter: refresh_token");
  }
  const refreshToken = form.get("refresh_token") ?? "";
  const account = accounts.withRefreshToken(refreshToken);
  if (account === undefined || account.revoked) {
    return refuse("invalid_grant", "Token has been expired or revoked.");
  }
  const successor = accounts.rotate(account, refreshToken);
  return answer(200, {
    access_token: accounts.issueToken(account),
    expires_in: account.expiresInSeconds,
    scope: SCOPE,
    token_type: "Bearer",
    ...(successor === undefined ? {} : { refresh_token: successor }),
  });
}

function answerAssertion(form: URLSearchParams, context: TokenContext): Response {
  const { accounts, tokenUri, now } = context;
  const text = form.get("assertion");
  if (!text) return refuse("invalid_request", "Missing required parameter: assertion");
  const assertion = readAssertion(text);
  if (assertion === undefined) return refuse("invalid_grant", "Bad Request");
  const account = accountOfForm(form, accounts);
  if (account?.serviceAccount === undefined) {
    return refuse("invalid_grant", "Invalid grant: account not found");
  }
  if (account.revoked) return refuse("invalid_grant", "Invalid JWT Signature.");
  const at = { ...account.serviceAccount, audience: tokenUri, now };
  const fault = assertionFault(assertion, at);
  if (fault !== undefined) return refuse(fault.error, fault.description);
  return answer(200, {
    access_token: accounts.issueToken(account),
    expires_in: account.expiresInSeconds,
    token_type: "Bearer",
  });
}

function refuse(error: string, description: string, status: 400 | 401 = 400): Response {
  return answer(status, { error, error_description: description });
}

function answer(status: number, body: JsonObject): Response {
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
