/**
 * Access to the admin routes: for processes that can read the key that the gateway creates at each start.
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
    const key = keyInHeaders(request);
    if (key !== "" && this.#key?.matches(key)) return;
    const message =
      "This route asks for the admin key, which the gateway makes at each start. On its " +
      'machine, "pollux status" and "pollux models" use it';
    throw key === "" ? new RpcError("UNAUTHENTICATED", message) : new WrongKeyError(message);
  }
}
