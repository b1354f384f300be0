/**
 * Authenticates callers of the gateway by their keys.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ClientKeys } from "../../keys/client_key.ts";
import { type Caller, callerOf, DEFAULT, NO_CLIENT_KEYS, OPEN } from "./caller.ts";
import { forwardingHeader } from "./forwarded.ts";
import { KeyDigest, keyInHeaders } from "./key_digest.ts";
import { type KeyPolicy, keyPolicy, type KeyPolicySettings } from "./key_policy.ts";

const SET_ONE = "Set auth.api_key (or POLLUX_AUTH_API_KEY)";

/** Checks the keys of requests. */
export class Auth {
  /** When a key is required. */
  readonly policy: KeyPolicy;
  readonly #key: KeyDigest | undefined;
  readonly #clientKeys: ClientKeys;

  constructor(settings: KeyPolicySettings, clientKeys: ClientKeys = NO_CLIENT_KEYS) {
    const { apiKey } = settings.auth;
    this.policy = keyPolicy(settings);
    // An empty key must match no request, and above all not a request without a key.
    this.#key = apiKey ? new KeyDigest(apiKey) : undefined;
    this.#clientKeys = clientKeys;
  }

  /**
   * Checks a request.
   *
   * @param request Its key is taken from `x-goog-api-key`, `Authorization: Bearer`, `x-api-key` or
   * `?key=`, the first that is not empty.
   * @param path The path after the version.
   * @throws {RpcError} UNAUTHENTICATED
   */
  check(request: Request, path: string): Caller {
    const { asks, asksForHealth } = this.policy;
    const key = presentedKey(request);
    const id = key === "" ? undefined : this.#idOf(key);
    const hasKeys = this.#key !== undefined || this.#clientKeys.exist;
    const isOpen = asks === "never" || (path === "/healthz" && !asksForHealth);
    if (isOpen || id !== undefined) return this.#caller(id ?? OPEN, key);
    if (asks === "forwarded" && !this.#clientKeys.exist) {
      // Without a proxy, only clients on this machine can connect; through a proxy, anyone may.
      const header = forwardingHeader(request.headers);
      if (header === undefined) return this.#caller(OPEN, key);
      throw new RpcError(
        "UNAUTHENTICATED",
        `This request was forwarded by a proxy: it has the header "${header}". Forwarded requests need ` +
          `the gateway's key, but none is configured. ${SET_ONE}, and send it as x-goog-api-key`,
      );
    }
    if (!hasKeys) {
      throw new RpcError(
        "UNAUTHENTICATED",
        `This gateway asks for a key, but none is configured. ${SET_ONE}`,
      );
    }
    throw new RpcError(
      "UNAUTHENTICATED",
      key === ""
        ? "This gateway asks for its key. Send it as x-goog-api-key"
        : "The key is not this gateway's. Send the gateway's own key, not one of Google's",
    );
  }

  /**
   * Returns the caller with this id if the caller's key still has this digest; otherwise undefined, as for an upload
   * session that was started without a key.
   */
  callerWithKey(id: string, digest: string): Caller | undefined {
    const present = id === DEFAULT ? this.#key?.hex : this.#clientKeys.get(id)?.digest;
    return present !== undefined && present === digest ? this.#caller(id, "") : undefined;
  }

  /**
   * Returns the caller with this id, who may have given others an ephemeral token to use instead of the key. A token
   * that was made without a key is valid until the gateway always requires one.
   *
   * @returns Undefined if the caller no longer has a key.
   */
  holder(id: string): Caller | undefined {
    const isPresent = id === OPEN
      ? this.policy.asks !== "always" && !this.#clientKeys.exist
      : id === DEFAULT
      ? this.#key !== undefined
      : this.#clientKeys.get(id) !== undefined;
    return isPresent ? this.#caller(id, "") : undefined;
  }

  #idOf(key: string): string | undefined {
    if (this.#key?.matches(key)) return DEFAULT;
    const found = this.#clientKeys.find(key);
    return found?.state === "valid" ? found.key.id : undefined;
  }

  #caller(id: string, secret: string): Caller {
    return callerOf({ id, secret, key: this.#clientKeys.get(id) }, this.#clientKeys);
  }
}

/** Returns the key that a request sends; empty if it sends none. */
export function presentedKey(request: Request): string {
  return keyInHeaders(request) || keyInQuery(request.url);
}

function keyInQuery(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? "" : new URLSearchParams(url.slice(query)).get("key") ?? "";
}
