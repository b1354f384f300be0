/**
 * Access tokens that act as a service account, created with another identity's token.
 *
 * @see {@link https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken}
 * @module
 */
import * as z from "zod";
import { rpcErrorFromBody } from "../../gemini/errors/error_body.ts";
import { AccessTokens } from "./access_tokens.ts";
import type { Impersonation } from "../account.ts";
import { CLOUD_SCOPE } from "./cloud_scope.ts";
import { askEndpoint, type EndpointResponse } from "./endpoint_request.ts";
import type { Grant } from "./grant_request.ts";
import { impersonatedAddress } from "../credentials/impersonated_file.ts";
import { thirdPartyText } from "./third_party_text.ts";
import { parsedJson } from "../../base/json.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { Secret } from "../secret.ts";
import { TokenError } from "./token_error.ts";
import type { TokenSource, TokenSourceOptions } from "./token_source.ts";

const RESPONSE = z.object({ accessToken: z.string().min(1), expireTime: z.string() });

const ADVICE = "grant the identity that acts as the service account the role " +
  '"roles/iam.serviceAccountTokenCreator" on it, or "roles/iam.workloadIdentityUser"';

/** Options of {@linkcode impersonatedTokens}. */
export interface ImpersonatedTokensOptions extends Omit<TokenSourceOptions, "keeper"> {
  /** Tokens of the identity that acts as the service account. */
  readonly source: TokenSource;
  /** Called when a token is denied. */
  readonly onRefused?: (error: TokenError) => Promise<void> | undefined;
}

/** Access tokens of one impersonated service account. */
export function impersonatedTokens(
  impersonation: Impersonation,
  options: ImpersonatedTokensOptions,
): TokenSource {
  const { clock, random } = options;
  return new AccessTokens({ clock, random, request: () => impersonate(impersonation, options) });
}

async function impersonate(
  impersonation: Impersonation,
  options: ImpersonatedTokensOptions,
): Promise<Grant> {
  const { source, clock, onRefused, connections } = options;
  // Each request of the source has its own limit.
  const { signal } = new AbortController();
  let token = await source.token(signal);
  let response = await ask(impersonation, { token, connections });
  if (response.status === 401) {
    // The source's token may have been revoked before it expired.
    source.invalidate(token);
    token = await source.token(signal);
    response = await ask(impersonation, { token, connections });
  }
  const { status, text } = response;
  const grant = status === 200
    ? grantIn(text, { askedMs: impersonation.lifetimeS * 1000, nowMs: clock.now() })
    : undefined;
  if (grant !== undefined) return grant;
  const error = errorOf(response, { url: impersonation.url, token });
  if (error.reason !== "unavailable") await onRefused?.(error);
  throw error;
}

function ask(
  { url, delegates, lifetimeS }: Impersonation,
  { token, connections }: {
    readonly token: string;
    readonly connections: ProxyConnections | undefined;
  },
): Promise<EndpointResponse> {
  return askEndpoint({
    url,
    init: {
      method: "POST",
      headers: { "authorization": `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({
        ...(delegates.length === 0 ? {} : { delegates }),
        scope: [CLOUD_SCOPE],
        lifetime: `${lifetimeS}s`,
      }),
    },
    what: "service account credentials API",
    connections,
  });
}

function grantIn(
  text: string,
  { askedMs, nowMs }: { readonly askedMs: number; readonly nowMs: number },
): Grant | undefined {
  const parsed = RESPONSE.safeParse(parsedJson(text));
  if (!parsed.success) return undefined;
  const { accessToken, expireTime } = parsed.data;
  const leftMs = Date.parse(expireTime) - nowMs;
  // If this machine's clock is ahead, no time is left: then the requested lifetime is used.
  const lifetimeMs = leftMs > 0 ? Math.min(askedMs, leftMs) : askedMs;
  return { accessToken: new Secret(accessToken), lifetimeMs, refreshToken: undefined };
}

function errorOf(
  { status, text }: EndpointResponse,
  { url, token }: { readonly url: string; readonly token: string },
): TokenError {
  const { host } = new URL(url);
  if (status < 400 || status >= 500 || status === 429) {
    const words = `The service account credentials API ${host} returned ${status} without a token`;
    return new TokenError("unavailable", words);
  }
  const secrets = [token, impersonatedAddress(url)].filter((one) => one !== "")
    .map((one) => new Secret(one));
  const said = thirdPartyText(rpcErrorFromBody(status, text).message, secrets);
  return new TokenError(
    "refused",
    `The service account credentials API refused a token for the service account: ${said}; ${ADVICE}`,
  );
}
