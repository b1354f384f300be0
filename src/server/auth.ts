/**
 * Who may use the gateway.
 *
 * @module
 */
import { RpcError } from "../gemini/rpc_error.ts";
import { KeyDigest, keyInHeaders } from "./key_digest.ts";
import type { AuthMode } from "./settings.ts";

/** What {@linkcode Auth} checks against. */
export interface AuthOptions {
  readonly mode: AuthMode;
  readonly apiKey: string | undefined;
  /** The address that the gateway is bound to: `auto` depends on it. */
  readonly host: string;
}

/** Checks the gateway's own key. */
export class Auth {
  readonly #mode: "off" | "strict" | "all_except_health";
  readonly #key: KeyDigest | undefined;

  constructor(options: AuthOptions) {
    this.#mode = options.mode === "auto" ? modeFor(options.host) : options.mode;
    // An empty key must match nobody, least of all those who send none.
    this.#key = options.apiKey ? new KeyDigest(options.apiKey) : undefined;
  }

  /** Whether no request needs a key. */
  get isOff(): boolean {
    return this.#mode === "off";
  }

  /** Whether every request is going to be refused, since there is no key that could match. */
  get refusesAll(): boolean {
    return this.#mode !== "off" && this.#key === undefined;
  }

  /**
   * Lets a request pass.
   *
   * @param request Its key is taken from `x-goog-api-key`, `Authorization: Bearer`, `x-api-key` or
   * `?key=`, the first that is not empty.
   * @param path The path behind the version.
   * @returns The caller's identity: the key itself, which may only go into a digest.
   * @throws {RpcError} UNAUTHENTICATED
   */
  check(request: Request, path: string): string {
    const key = presentedKey(request);
    if (this.#mode === "off" || (this.#mode === "all_except_health" && path === "/healthz")) {
      return key;
    }
    if (this.#key === undefined) {
      throw new RpcError(
        "UNAUTHENTICATED",
        "This gateway asks for a key, but none is configured. Set auth.api_key (or POLLUX_AUTH_API_KEY)",
      );
    }
    if (key === "" || !this.#key.matches(key)) {
      throw new RpcError(
        "UNAUTHENTICATED",
        key === ""
          ? "This gateway asks for its key. Send it as x-goog-api-key"
          : "The key is not this gateway's. Send the gateway's own key, not one of Google's",
      );
    }
    return key;
  }
}

/** Whether only this machine reaches what listens on that address. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

function modeFor(host: string): "off" | "all_except_health" {
  return isLoopbackHost(host) ? "off" : "all_except_health";
}

function presentedKey(request: Request): string {
  return keyInHeaders(request) || keyInQuery(request.url);
}

function keyInQuery(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? "" : new URLSearchParams(url.slice(query)).get("key") ?? "";
}
