/**
 * The servers that requests go to.
 *
 * @module
 */

/** A server. */
export interface Origin {
  readonly isSecure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** The `Host` header. */
  readonly host: string;
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
