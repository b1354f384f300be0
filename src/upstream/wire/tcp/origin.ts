/**
 * The servers that requests are sent to, and their proxies.
 *
 * @module
 */
import type { ProxyAddress } from "../../../accounts/network/proxy_url.ts";
import { proxyAuthorization } from "./proxy_tunnel.ts";

/** A server. */
export interface Origin {
  readonly isSecure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** The `Host` header. */
  readonly host: string;
  /** The proxy in between, if there is one. */
  readonly proxy?: ProxyAddress | undefined;
}

/** The URL of a server, without a path. */
export function urlOf({ isSecure, host }: Origin): string {
  return `${isSecure ? "https" : "http"}://${host}`;
}

/** Returns the proxy for a server; undefined: none. */
export type ProxyChoice = (origin: Origin) => ProxyAddress | undefined;

/** A server, and the common parts of every request to it; built once, because each call needs them. */
export interface Destination extends Origin {
  /**
   * The prefix of the path in the request line: without TLS, an HTTP proxy expects an absolute URL (RFC 9112
   * section 3.2.2); otherwise it opens a tunnel.
   */
  readonly targetPrefix: string;
  /** The common headers of all requests. */
  readonly commonHead: string;
}

/** A server with the common parts of every request to it. */
export function destinationOf(origin: Origin): Destination {
  const { isSecure, host, proxy } = origin;
  const isProxied = !isSecure && proxy !== undefined && /^https?:/.test(proxy.url);
  const login = isProxied ? proxyAuthorization(proxy) : undefined;
  return {
    ...origin,
    targetPrefix: isProxied ? `http://${host}` : "",
    commonHead: `host: ${host}\r\naccept: */*\r\naccept-encoding: identity\r\n` +
      (login === undefined ? "" : `proxy-authorization: ${login}\r\n`),
  };
}

/**
 * Parses the origin of a URL.
 *
 * @param prefix A URL up to its path, as in `https://example.com:8443`.
 * @returns Undefined if it is not an origin, or contains a user name.
 */
export function parseOrigin(prefix: string): Origin | undefined {
  if (!URL.canParse(prefix)) return undefined;
  const { protocol, hostname, port, host, username, password, pathname } = new URL(prefix);
  const isSecure = protocol === "https:";
  if (!isSecure && protocol !== "http:") return undefined;
  if (username !== "" || password !== "" || pathname !== "/") return undefined;
  return {
    isSecure,
    // An IPv6 address has its brackets in a URL only.
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (isSecure ? 443 : 80) : Number(port),
    host,
  };
}
