/**
 * One request for a token, to any endpoint.
 *
 * @module
 */
import { boundedText } from "../../base/text/bounded_text.ts";
import { CertificateError } from "../network/certificate_error.ts";
import { directFetch, networkFetch } from "../network/network.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { TokenError } from "./token_error.ts";

/**
 * Time limit of a request, in ms. Calls whose account has no valid token wait for it, so it is far shorter than
 * clients wait for a response.
 */
const TIMEOUT_MS = 10_000;

/** The request. */
export interface EndpointRequest {
  readonly url: string;
  readonly init: Pick<RequestInit, "method" | "headers" | "body">;
  /** The endpoint's name in messages: "token endpoint". */
  readonly what: string;
  /** Connections through the account's own proxy; absent if it has none. */
  readonly connections?: ProxyConnections | undefined;
  /** Whether the request bypasses every proxy. Default: no. */
  readonly isDirect?: boolean;
}

/** A response with any status. */
export interface EndpointResponse {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends the request and follows no redirect: secrets are sent only to the URL that the user named.
 *
 * @throws {TokenError} `unavailable`, if there is no response in time.
 */
export async function askEndpoint(
  { url, init, what, connections, isDirect = false }: EndpointRequest,
): Promise<EndpointResponse> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const whole: RequestInit = { ...init, redirect: "manual", signal };
  try {
    const response = await (isDirect
      ? directFetch(url, whole)
      : connections?.fetch(url, whole) ?? networkFetch(url, whole));
    return { status: response.status, text: await boundedText(response) };
  } catch (cause) {
    if (cause instanceof TokenError) throw cause;
    if (cause instanceof CertificateError) {
      throw new TokenError("unavailable", cause.message, { cause });
    }
    const timedOut = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new TokenError(
      "unavailable",
      `The ${what} ${new URL(url).host} ` +
        (timedOut ? `did not respond within ${TIMEOUT_MS / 1000} s` : "could not be reached") +
        (connections === undefined || isDirect ? "" : " through the account's proxy"),
      { cause },
    );
  }
}
