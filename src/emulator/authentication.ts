/**
 * Authenticates calls with API keys or access tokens, with Google's errors.
 *
 * @module
 */
import type { EmulatedAccount, EmulatedAccounts } from "./emulated_accounts.ts";
import {
  type GoogleError,
  invalidApiKey,
  keysNotSupported,
  missingToken,
  multipleCredentials,
  type Service,
  staleToken,
  unregisteredCaller,
} from "./google_errors.ts";
import type { Route } from "./route.ts";

const CODE_ASSIST = "cloudcode-pa.googleapis.com";
const VERTEX = "aiplatform.googleapis.com";

const RPC_PREFIX: Readonly<Record<Service, string>> = {
  "generativelanguage.googleapis.com": "google.ai.generativelanguage.v1beta.GenerativeService.",
  "aiplatform.googleapis.com": "google.cloud.aiplatform.v1beta1.PredictionService.",
  "cloudcode-pa.googleapis.com": "google.internal.cloud.code.v1internal.CloudCode.",
};

/**
 * Returns the account of a call's credential.
 *
 * @returns The account, or the error if the credential is missing or invalid.
 */
export function authenticate(
  request: Request,
  call: {
    readonly route: Route;
    readonly query: URLSearchParams;
    readonly accounts: EmulatedAccounts;
  },
): EmulatedAccount | GoogleError {
  const { route, query, accounts } = call;
  const key = request.headers.get("x-goog-api-key") || query.get("key") || query.get("$key") || "";
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const method = RPC_PREFIX[route.service] + route.method[0]?.toUpperCase() + route.method.slice(1);
  if (key !== "" && bearer !== undefined) return multipleCredentials();
  if (bearer !== undefined) {
    return accounts.withAccessToken(bearer) ?? staleToken(route.service, method);
  }
  if (key === "") {
    return route.service === CODE_ASSIST || route.service === VERTEX
      ? missingToken(route.service, method)
      : unregisteredCaller();
  }
  // Vertex AI accepts keys only in express mode, whose paths contain no project.
  return route.service === CODE_ASSIST || route.project !== ""
    ? keysNotSupported(route.service, method)
    : accounts.withKey(key, route.service) ?? invalidApiKey(route.service);
}
