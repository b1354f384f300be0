/**
 * The first check of every request. A web page can make a browser send requests to the gateway, by its
 * address or by a name that it rebinds to that address (DNS rebinding), and so use the user's accounts.
 * Browsers always send `Host` and `Origin` with such requests, so these are checked before anything else.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { isOwnOrigin } from "./own_origin.ts";
import { TOKEN_HEADER } from "./page_sessions.ts";

/**
 * `name`, IPv4 or `[IPv6]`, with an optional port. Nothing else is allowed: Deno builds a request's URL from
 * this header, so a slash or a question mark in it would change the route.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.2}
 */
const HOST = /^(?:([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)|(\[[0-9a-f:.]+\]))(?::\d{1,5})?$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** What a {@linkcode Guard} allows besides loopback names. */
export interface GuardOptions {
  /** The address that the gateway is bound to. */
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly corsOrigins: readonly string[];
}

/** Checks the origin and the host that a request states. */
export class Guard {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  readonly #anyAddress: boolean;
  /** A bounded cache of `Host` headers that passed, since clients repeat theirs. */
  readonly #passed = new Set<string>();

  constructor(options: GuardOptions) {
    const bound = options.host.includes(":") ? `[${options.host}]` : options.host;
    this.#hosts = new Set(
      ["localhost", "[::1]", bound, ...options.allowedHosts].map(lowerCase),
    );
    this.#origins = new Set(options.corsOrigins);
    // A gateway that is bound to every address can be called by any address, and addresses can't be rebound.
    this.#anyAddress = options.host === "0.0.0.0" || options.host === "::";
  }

  /**
   * Checks a request.
   *
   * @param isSecure Whether the listener uses TLS, so that the URLs of its requests begin with `https:`.
   * @returns The path of the request's target, as it was sent, without query.
   * @throws {RpcError} INVALID_ARGUMENT for a malformed target or `Host`, PERMISSION_DENIED for a host or a
   * web page's origin that is not allowed.
   */
  check(request: Request, isSecure = false): string {
    const { headers } = request;
    const named = headers.get("host");
    // Deno builds the URL from this header, so the header is checked first.
    if (named !== null) this.#checkHost(named);
    const url = urlOf(request);
    const host = named ?? authorityOf(url, isSecure);
    if (named === null) this.#checkHost(host);
    // A target in absolute form can name a different host than the header.
    const origin = (isSecure ? "https://" : "http://") + host;
    const target = url.startsWith(origin) ? url.slice(origin.length) : "";
    if (target[0] !== "/") {
      throw new RpcError(
        "INVALID_ARGUMENT",
        "Cannot serve this request: its target and its Host header name different hosts",
      );
    }
    const end = target.search(/[?#]/);
    const path = end < 0 ? target : target.slice(0, end);
    this.#checkOrigin(request, { path, host, isSecure });
    return path;
  }

  /**
   * The host that a request names, with its port, in lower case.
   *
   * @throws {RpcError} As {@linkcode check}, which must have accepted the request.
   */
  hostOf(request: Request, isSecure = false): string {
    return (request.headers.get("host") ?? authorityOf(urlOf(request), isSecure)).toLowerCase();
  }

  /** Whether a web page of that origin may read responses. */
  allowsOrigin(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** Whether clients call the gateway by this host (with its port). */
  isOwn(host: string): boolean {
    if (this.#passed.has(host)) return true;
    const name = nameIn(host);
    // Any other address is known to be the gateway's only if a client has called it.
    return name !== undefined && (this.#hosts.has(name) || isLoopback(name));
  }

  #checkHost(host: string): void {
    if (this.#passed.has(host)) return;
    const name = nameIn(host);
    // The pattern accepts invalid addresses and ports, such as 127.999.1.1, which URL rejects.
    if (name === undefined || !URL.canParse(`http://${host}`)) {
      throw new RpcError(
        "INVALID_ARGUMENT",
        "Cannot serve this request: its Host header is malformed",
      );
    }
    if (!this.#hosts.has(name) && !isLoopback(name) && !(this.#anyAddress && isAddress(name))) {
      throw new RpcError(
        "PERMISSION_DENIED",
        `The host "${name}" is not allowed here. To allow it, add it to server.allowed_hosts`,
      );
    }
    if (this.#passed.size < 100) this.#passed.add(host);
  }

  #checkOrigin({ headers, method }: Request, at: OriginPlace): void {
    const origin = headers.get("origin");
    if (origin === null) {
      // Browsers send no Origin with a cross-site GET, but they send Sec-Fetch-Site.
      const site = headers.get("sec-fetch-site");
      if (site === null || site === "none" || site === "same-origin") return;
      // A link may lead to the page, which shows nothing before its own scripts have asked for it.
      if (method === "GET" && /^\/(?:ui\/?)?$/.test(at.path) && isNavigation(headers)) return;
    } else if (this.#origins.has(origin)) {
      return;
    } else if (/^\/(?:ui|admin)\//.test(at.path) || headers.has(TOKEN_HEADER)) {
      // The caller's session is checked as well.
      if (isOwnOrigin(origin, { ...at, headers })) return;
    }
    throw new RpcError(
      "PERMISSION_DENIED",
      "Web pages may not call this gateway. To allow one, add its origin to server.cors_origins",
    );
  }
}

/** What a request is for. */
interface OriginPlace {
  readonly path: string;
  /** As {@linkcode OriginFacts.host}. */
  readonly host: string;
  readonly isSecure: boolean;
}

/** Whether a browser loads a page of its own, which is not within another one. */
function isNavigation(headers: Headers): boolean {
  return headers.get("sec-fetch-mode") === "navigate" &&
    headers.get("sec-fetch-dest") === "document";
}

/** The request's URL. Deno builds it on access, and throws if its parts do not form a valid URL. */
function urlOf(request: Request): string {
  try {
    return request.url;
  } catch {
    throw new RpcError(
      "INVALID_ARGUMENT",
      "Cannot serve this request: its target is malformed",
    );
  }
}

/**
 * The host of a request without `Host` header: with HTTP/2 and the absolute form it is in the target. If the
 * request names no host, Deno inserts `localhost` and the port. So HTTP/2 clients without TLS must use another
 * name than `localhost`. With TLS, most clients use HTTP/2, so Pollux assumes that the client sent `localhost`;
 * browsers always send a host.
 *
 * @throws {RpcError} INVALID_ARGUMENT, as RFC 9112 section 3.2 requires, if the request names no host.
 */
function authorityOf(url: string, isSecure: boolean): string {
  const authority = /^https?:\/\/([^/?#]*)/.exec(url)?.[1] ?? "";
  if (isSecure || !authority.startsWith("localhost:")) return authority;
  throw new RpcError(
    "INVALID_ARGUMENT",
    "Cannot serve this request: it has no Host header. Send one; over HTTP/2 without TLS, call " +
      "127.0.0.1 and not localhost",
  );
}

/** The name or address in a host, in lower case; undefined if the host is malformed. */
function nameIn(host: string): string | undefined {
  const match = HOST.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function isLoopback(name: string): boolean {
  return name.startsWith("127.") && IPV4.test(name);
}

function isAddress(name: string): boolean {
  return name.startsWith("[") || IPV4.test(name);
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
