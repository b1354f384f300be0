/**
 * Authenticates callers of the gateway by their keys.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ClientKeys, FoundKey, KeyState } from "../../keys/client_key.ts";
import { formOf, keyDigest } from "../../keys/key_text.ts";
import { type Caller, callerOf, DEFAULT, NO_CLIENT_KEYS, OPEN } from "./caller.ts";
import { forwardingHeader } from "./forwarded.ts";
import { KeyDigest, keyInHeaders } from "./key_digest.ts";
import { type KeyPolicy, keyPolicy, type KeyPolicySettings } from "./key_policy.ts";
import { WrongKeyError } from "./wrong_keys.ts";

const CREATE_ONE =
  'Create one there with "pollux keys create NAME", or set auth.api_key (POLLUX_AUTH_API_KEY)';

/** Why a client key is refused, and what to do. */
const REFUSALS: Readonly<Record<Exclude<KeyState, "valid">, string>> = {
  expired: "has expired. Ask the administrator of this gateway for another one",
  disabled: "is disabled. Ask the administrator of this gateway to enable it",
  replaced:
    "was replaced by a newer one. Send the new one, which the administrator of this gateway has given out",
  removed: "was removed. Ask the administrator of this gateway for another one",
};

/** What needs no key but with `auth.mode: strict`. */
const OPEN_PATHS: ReadonlySet<string> = new Set(["/healthz", "/"]);

/** Checks the keys of requests. */
export class Auth {
  readonly #policies: { readonly first: KeyPolicy; readonly withClientKeys: KeyPolicy };
  readonly #key: KeyDigest | undefined;
  /** The text of the same. */
  readonly #ownKey: string;
  readonly #clientKeys: ClientKeys;

  constructor(settings: KeyPolicySettings, clientKeys: ClientKeys = NO_CLIENT_KEYS) {
    const { apiKey } = settings.auth;
    this.#policies = {
      first: keyPolicy(settings),
      withClientKeys: keyPolicy(settings, { exist: true }),
    };
    // An empty key must match no request, and above all not a request without a key.
    this.#key = apiKey ? new KeyDigest(apiKey) : undefined;
    this.#ownKey = apiKey ?? "";
    this.#clientKeys = clientKeys;
  }

  /** When a key is required. The first client key changes it. */
  get policy(): KeyPolicy {
    return this.#clientKeys.exist ? this.#policies.withClientKeys : this.#policies.first;
  }

  /** Whether there is a key that could be right. */
  get hasKeys(): boolean {
    return this.#key !== undefined || this.#clientKeys.exist;
  }

  /**
   * Checks a request.
   *
   * @param request Its key is taken from `x-goog-api-key`, `Authorization: Bearer`, `x-api-key` or
   * `?key=`, the first that is not empty.
   * @param path The path after the version.
   * @throws {RpcError} UNAUTHENTICATED; a {@linkcode WrongKeyError} if its key was never one of the gateway's.
   */
  check(request: Request, path: string): Caller {
    const { asks, asksForHealth } = this.policy;
    const key = presentedKey(request);
    const found = key === "" ? undefined : this.#clientKeys.find(key);
    const id = found?.state === "valid"
      ? found.key.id
      : key !== "" && this.#key?.matches(key)
      ? DEFAULT
      : undefined;
    const isOpen = asks === "never" || (OPEN_PATHS.has(path) && !asksForHealth);
    if (isOpen || id !== undefined) return this.#caller(id ?? OPEN, key);
    if (asks === "forwarded") {
      // Without a proxy, only clients on this machine can connect; through a proxy, anyone may.
      const header = forwardingHeader(request.headers);
      if (header === undefined) return this.#caller(OPEN, key);
      throw new RpcError(
        "UNAUTHENTICATED",
        `This request was forwarded by a proxy: it has the header "${header}". Forwarded requests need ` +
          `a key of the gateway, but there is none. ${CREATE_ONE}, and send it as x-goog-api-key`,
      );
    }
    if (!this.hasKeys) {
      throw new RpcError(
        "UNAUTHENTICATED",
        `This gateway asks for a key, but there is none. ${CREATE_ONE}`,
      );
    }
    const message = refusalOf(key, found);
    // Somebody who has a key that was valid once does not guess.
    throw key === "" || found !== undefined
      ? new RpcError("UNAUTHENTICATED", message)
      : new WrongKeyError(message);
  }

  /**
   * Returns the caller with this id if its {@linkcode Caller.secret} still has this digest and its key is valid;
   * otherwise undefined, as for an upload session that was started without a key.
   */
  callerWithKey(id: string, digest: string): Caller | undefined {
    const present = id === DEFAULT
      ? this.#key?.hex
      : this.#clientKeys.isValid(id)
      ? keyDigest(id)
      : undefined;
    return present !== undefined && present === digest ? this.#caller(id, "") : undefined;
  }

  /**
   * Returns the caller with this id, who may have given others an ephemeral token to use instead of the key. A token
   * that was made without a key is valid until the gateway always requires one.
   *
   * @returns Undefined if the caller no longer has a valid key.
   */
  holder(id: string): Caller | undefined {
    const isPresent = id === OPEN
      ? this.policy.asks !== "always"
      : id === DEFAULT
      ? this.#key !== undefined
      : this.#clientKeys.isValid(id);
    return isPresent ? this.#caller(id, "") : undefined;
  }

  /** The caller of a request from the page, whose session was checked: whoever has the gateway's own key. */
  ofPage(): Caller {
    return this.#caller(DEFAULT, this.#ownKey);
  }

  /** @param sent The key that was sent; empty if it was not. */
  #caller(id: string, sent: string): Caller {
    const key = id === OPEN || id === DEFAULT ? undefined : this.#clientKeys.get(id);
    // A client key's text changes when it is rotated, but what its caller owns must not.
    return callerOf({ id, secret: key === undefined ? sent : id, key }, this.#clientKeys);
  }
}

/** Why a key was refused. Only whoever has a key learns its state. */
function refusalOf(key: string, found: FoundKey | undefined): string {
  if (key === "") {
    return "This gateway asks for its key. Send it as x-goog-api-key, x-api-key or a bearer token, " +
      "as clients do that have it for their API key";
  }
  if (found !== undefined && found.state !== "valid") {
    return `The key "${found.key.name}" ${REFUSALS[found.state]}`;
  }
  switch (formOf(key)) {
    case "key":
      return "No key of this gateway is like this one: it belongs to another gateway, or was removed long ago";
    case "mistyped":
      return "The key has a typing error, or a part of it is missing. Copy it again";
    default:
      return "The key is not this gateway's. Send the gateway's own key, not one of Google, OpenAI or Anthropic";
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
