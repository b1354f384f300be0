/**
 * Recognizes web pages that the gateway itself has served.
 *
 * @module
 */

/** What is known of a request. */
export interface OriginFacts {
  /** The host that the guard has checked, with its port. */
  readonly host: string;
  /** Whether the listener uses TLS. */
  readonly isSecure: boolean;
  readonly headers: Headers;
}

/**
 * Whether an origin has the host and the port that the request was sent to. Ports are part of it: other programs on the
 * machine serve pages, too.
 */
export function isOwnOrigin(origin: string, { host, isSecure, headers }: OriginFacts): boolean {
  const scheme = /^https?:/.exec(origin)?.[0];
  if (scheme === undefined) return false;
  // A proxy may use TLS where the gateway does not. What it says of that only ever asks for more.
  const needsHttps = isSecure || headers.get("x-forwarded-proto")?.trim().toLowerCase() === "https";
  if (needsHttps && scheme !== "https:") return false;
  return URL.parse(`${scheme}//${host}`)?.origin === origin;
}
