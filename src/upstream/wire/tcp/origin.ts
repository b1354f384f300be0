/**
 * The servers that requests go to, and the way to them.
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

/** The address of a server, without a path. */
export function urlOf({ isSecure, host }: Origin): string {
  return `${isSecure ? "https" : "http"}://${host}`;
}

/** Says through which proxy a server is reached; undefined: through none. */
export type ProxyChoice = (origin: Origin) => ProxyAddress | undefined;

/** A server, and what every request to it says; made once, since each call needs it. */
export interface Destination extends Origin {
  /**
   * What the first line of a request names before its path: an HTTP proxy is asked for a whole address
   * where it can read the request, and for a tunnel elsewhere (RFC 9112 section 3.2.2).
   */
  readonly targetPrefix: string;
  /** The headers that all requests begin with. */
  readonly commonHead: string;
}

/** A server with what every request to it says. */
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
 * The origin that an address begins with.
 *
 * @param prefix An address up to its path, as in `https://example.com:8443`.
 * @returns Undefined where it is none, or has a user in it.
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
