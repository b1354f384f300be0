/**
 * Who may look into the gateway itself: whoever may read the key that it made for that at its start.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { KeyDigest, keyInHeaders } from "./key_digest.ts";

/** Checks the key of the admin routes, which they ask for whatever `auth.mode` says. */
export class AdminAuth {
  readonly #key: KeyDigest | undefined;

  /** @param key Without one, nobody is let in. */
  constructor(key: string | undefined) {
    this.#key = key ? new KeyDigest(key) : undefined;
  }

  /**
   * Lets a request pass. A key in the address does not count: addresses get written down.
   *
   * @throws {RpcError} UNAUTHENTICATED
   */
  check(request: Request): void {
    const key = keyInHeaders(request);
    if (key !== "" && this.#key?.matches(key)) return;
    throw new RpcError(
      "UNAUTHENTICATED",
      "This route asks for the admin key, which the gateway makes at each start. On its " +
        'machine, "pollux status" uses it',
    );
  }
}
