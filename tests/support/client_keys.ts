/**
 * Keys of clients, as a test names them.
 *
 * @module
 */
import type { ClientKey, ClientKeys } from "../../src/keys/client_key.ts";
import { keyDigest } from "../../src/keys/key_text.ts";

/**
 * Client keys by their text; the map may change.
 *
 * @param changes What differs from {@linkcode clientKey}, by id.
 */
export function clientKeysOf(
  ids: ReadonlyMap<string, string>,
  changes: Readonly<Record<string, Partial<ClientKey>>> = {},
): ClientKeys {
  const keyOf = (id: string, text: string) => clientKey(id, keyDigest(text), changes[id]);
  return {
    exist: true,
    find(text) {
      const id = ids.get(text);
      return id === undefined ? undefined : { key: keyOf(id, text), state: "valid" };
    },
    get(id) {
      const text = [...ids].find(([, known]) => known === id)?.[0];
      return text === undefined ? undefined : keyOf(id, text);
    },
    isValid: (id) => [...ids.values()].includes(id),
    all: () => [...ids].map(([text, id]) => keyOf(id, text)),
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
