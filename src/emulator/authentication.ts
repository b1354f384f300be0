/**
 * Authenticates calls with API keys or access tokens, with Google's errors.
 *
 * @module
 */
import type { EmulatedAccount } from "./emulated_account.ts";
import type { EmulatedAccounts } from "./emulated_accounts.ts";
import { fileDenied } from "./files/file_errors.ts";
import { tokenNameOf, tokenRefused } from "./live/auth_tokens.ts";
import { sessionUnknown } from "./uploads/respond_session.ts";
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
import { isOpenAi } from "./openai/openai_routes.ts";
import type { Route } from "./route.ts";
import type { StoredResources } from "./stored_resources.ts";

const CODE_ASSIST = "cloudcode-pa.googleapis.com";
const VERTEX = "aiplatform.googleapis.com";

/** Package of each service, and the RPC service that has its models. */
const RPC_NAMES: Readonly<Record<Service, readonly [packageName: string, service: string]>> = {
  "generativelanguage.googleapis.com": [
    "google.ai.generativelanguage.v1beta.",
    "GenerativeService.",
  ],
  "aiplatform.googleapis.com": ["google.cloud.aiplatform.v1beta1.", "PredictionService."],
  "cloudcode-pa.googleapis.com": ["google.internal.cloud.code.v1internal.", "CloudCode."],
};

/** The full name of a method, as errors have it. */
export function rpcName({ service, method, rpc }: Route): string {
  const [packageName, models] = RPC_NAMES[service];
  return packageName + (rpc ?? models + method[0]?.toUpperCase() + method.slice(1));
}

/** A call before its account is known. */
export interface UnauthenticatedCall {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly accounts: EmulatedAccounts;
}

/**
 * Returns the account of a call. What continues an upload, or follows a download's redirect, needs no
 * credential: its address is one.
 *
 * @returns The account, or the error if the credential or the address is missing or invalid.
 */
export function accountOf(
  request: Request,
  call: UnauthenticatedCall & { readonly stored: StoredResources },
): EmulatedAccount | GoogleError {
  const { route, query, stored } = call;
  switch (route.method) {
    case "files.upload": {
      const session = stored.uploads.withId(query.get("upload_id") ?? "");
      return session?.target.account ?? sessionUnknown();
    }
    case "bidiGenerateContentConstrained":
      return stored.live.tokens.find(tokenNameOf(request, query) ?? "")?.account ?? tokenRefused();
    case "files.content":
      return stored.files.linked(route.id)?.account ?? fileDenied(route.id);
    default:
      return authenticate(request, call);
  }
}

/**
 * Returns the account of a call's credential.
 *
 * @returns The account, or the error if the credential is missing or invalid.
 */
function authenticate(
  request: Request,
  call: UnauthenticatedCall,
): EmulatedAccount | GoogleError {
  const { route, query, accounts } = call;
  const key = request.headers.get("x-goog-api-key") || query.get("key") || query.get("$key") || "";
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const method = rpcName(route);
  if (isOpenAi(route.method)) {
    return accounts.withKey(bearer ?? "", route.service) ?? missingToken(route.service, method);
  }
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
