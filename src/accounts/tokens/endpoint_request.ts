/**
 * One request for a token, whoever is asked.
 *
 * @module
 */
import { boundedText } from "../../base/bounded_text.ts";
import { CertificateError } from "../network/certificate_error.ts";
import { networkFetch, straightFetch } from "../network/network.ts";
import type { ProxyConnections } from "../network/proxy_connections.ts";
import { TokenError } from "./token_error.ts";

/**
 * How long a request may take, in ms. Calls whose account has no good token wait for it, so it is far
 * shorter than what a client waits for a response.
 */
const TIMEOUT_MS = 10_000;

/** What to ask. */
export interface EndpointRequest {
  readonly url: string;
  readonly init: Pick<RequestInit, "method" | "headers" | "body">;
  /** Who is asked, for messages: "token endpoint". */
  readonly what: string;
  /** The account's own way out; absent where it has no proxy. */
  readonly connections?: ProxyConnections | undefined;
  /** Whether it goes past every proxy. Default: no. */
  readonly isStraight?: boolean;
}

/** What came, whatever the status. */
export interface EndpointResponse {
  readonly status: number;
  readonly text: string;
}

/**
 * Asks, and follows no redirection: secrets go where the user said, and nowhere that a response points
 * to.
 *
 * @throws {TokenError} `unavailable`, when there is no response in time.
 */
export async function askEndpoint(
  { url, init, what, connections, isStraight = false }: EndpointRequest,
): Promise<EndpointResponse> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const whole: RequestInit = { ...init, redirect: "manual", signal };
  try {
    const response = await (isStraight
      ? straightFetch(url, whole)
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
        (connections === undefined || isStraight ? "" : " through the account's proxy"),
      { cause },
    );
  }
}
