/**
 * Keys of clients, as a test names them.
 *
 * @module
 */
import type { ClientKeys } from "../../src/server/access/caller.ts";
import { keyDigest } from "../../src/server/access/key_digest.ts";

/** Client keys by their text; the map may change. */
export function clientKeysOf(ids: ReadonlyMap<string, string>): ClientKeys {
  return {
    exist: true,
    idOf: (key) => ids.get(key),
    digestOf(id) {
      const key = [...ids].find(([, known]) => known === id)?.[0];
      return key === undefined ? undefined : keyDigest(key);
    },
  };
}
