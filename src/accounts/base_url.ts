/**
 * The base URLs of accounts: Google's defaults and the user's.
 *
 * @module
 */
import { withoutTrailing } from "../base/text/without_trailing.ts";
import type { AccountKind } from "../gemini/api/account_kinds.ts";
import { AccountError } from "./account_error.ts";
import { KIND_RULES } from "./kind_rules.ts";

/** Google's own base URL for an account of that kind and, if the kind has one, that location. */
export function defaultBaseUrl(
  { kind, location }: { readonly kind: AccountKind; readonly location?: string | undefined },
): string {
  return KIND_RULES[kind].baseUrl(location);
}

/**
 * Reads a base URL as a user wrote it.
 *
 * @returns The URL without a trailing slash.
 * @throws {AccountError} unless it is http or https, without user name, password, query and fragment.
 */
export function parseBaseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new AccountError(`The base URL must start with https:// or http://`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new AccountError(
      `The base URL must not hold a user name or password; give the credential separately`,
    );
  }
  if (url.search !== "" || url.hash !== "") {
    throw new AccountError(`The base URL must end with its path: no "?" and no "#"`);
  }
  return withoutTrailing(url.href, "/");
}

/** Whether calls to this URL, and the credentials in them, cross a network unencrypted. */
export function isCleartext(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !isLoopback(hostname);
}

/**
 * Whether a URL leads to this machine or to a service of its local network, such as a cloud's metadata server,
 * which is reached without a proxy.
 */
export function isNearby(url: string): boolean {
  const { hostname } = new URL(url);
  // RFC 3927, and Google Cloud's host name for its metadata server.
  return isLoopback(hostname) || /^169\.254\.\d+\.\d+$/.test(hostname) ||
    hostname === "metadata.google.internal";
}

/** RFC 6761 section 6.3 for the name, RFC 1122 section 3.2.1.3 and RFC 4291 section 2.5.3 for the rest. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
