/**
 * Keys of clients, as a test names them.
 *
 * @module
 */
import type { ClientKey, ClientKeys } from "../../src/keys/client_key.ts";
import { keyDigest } from "../../src/keys/key_text.ts";

/** Client keys by their text; the map may change. */
export function clientKeysOf(ids: ReadonlyMap<string, string>): ClientKeys {
  return {
    exist: true,
    find(text) {
      const id = ids.get(text);
      return id === undefined ? undefined : { key: clientKey(id, keyDigest(text)), state: "valid" };
    },
    get(id) {
      const text = [...ids].find(([, known]) => known === id)?.[0];
      return text === undefined ? undefined : clientKey(id, keyDigest(text));
    },
    isValid: (id) => [...ids.values()].includes(id),
    all: () => [...ids].map(([text, id]) => clientKey(id, keyDigest(text))),
  };
}

/** A record whose name is its id, without limits. */
export function clientKey(id: string, digest: string, changes: Partial<ClientKey> = {}): ClientKey {
  return {
    id,
    name: id,
    digest,
    hint: "plx_…",
    createdAtMs: 0,
    isDisabled: false,
    labels: [],
    limits: {},
    allow: [],
    deny: [],
    accounts: [],
    formers: [],
    ...changes,
  };
}
