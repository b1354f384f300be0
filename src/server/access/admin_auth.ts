/**
 * The admin key: `admin.key`, or one that the gateway creates at each start, for processes that can read its folder.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { KeyDigest, keyInHeaders } from "./key_digest.ts";
import { WrongKeyError } from "./wrong_keys.ts";

/** Checks the key of the admin routes, which they require in every `auth.mode`. */
export class AdminAuth {
  readonly #key: KeyDigest | undefined;

  /** @param key Without a key, every request is rejected. */
  constructor(key: string | undefined) {
    this.#key = key ? new KeyDigest(key) : undefined;
  }

  /**
   * Checks a request. A key in the URL is not accepted, since URLs are logged.
   *
   * @throws {RpcError} UNAUTHENTICATED; a {@linkcode WrongKeyError} if it has a key.
   */
  check(request: Request): void {
    this.checkKey(keyInHeaders(request));
  }

  /**
   * Checks a key.
   *
   * @throws As {@linkcode check}.
   */
  checkKey(key: string): void {
    if (this.matches(key)) return;
    const message =
      "This route asks for the admin key: admin.key, or one that the gateway makes at each start. On its " +
      'machine, "pollux status" and "pollux models" use it, and "pollux ui" opens the page with it';
    throw key === "" ? new RpcError("UNAUTHENTICATED", message) : new WrongKeyError(message);
  }

  /** Whether a key is the admin key. */
  matches(key: string): boolean {
    return key !== "" && this.#key?.matches(key) === true;
  }
}
