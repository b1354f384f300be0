/**
 * Google's token endpoint: refreshing only. Its errors are flat (RFC 6749 section 5.2), not google.rpc.
 *
 * @see {@link https://developers.google.com/identity/protocols/oauth2/native-app#offline}
 * @module
 */
import { type EmulatedAccounts, OAUTH_CLIENT } from "./emulated_accounts.ts";
import { prettyJson } from "./framing.ts";
import type { JsonObject } from "./json.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform openid";

/**
 * Answers `POST /token`.
 *
 * @param form The body, `application/x-www-form-urlencoded`.
 */
export function answerTokenRequest(form: URLSearchParams, accounts: EmulatedAccounts): Response {
  const grant = form.get("grant_type");
  if (!grant) return refuse("invalid_request", "Missing required parameter: grant_type");
  if (grant !== "refresh_token") {
    return refuse("unsupported_grant_type", `Invalid grant_type: ${grant}`);
  }
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
