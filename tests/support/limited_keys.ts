/**
 * A client key with limits or rules, as a test names it.
 *
 * @module
 */
import type { ClientKey, ClientKeys } from "../../src/keys/client_key.ts";
import { keyDigest } from "../../src/keys/key_text.ts";
import { clientKey } from "./client_keys.ts";

/** The headers of a request with the key of {@linkcode limitedKeys}. */
export function withKey(name: string): Record<string, string> {
  return { "x-goog-api-key": `planted-key-${name}` };
}

/** Keys by name, each `planted-key-NAME`. The records may be replaced. */
export function limitedKeys(changes: Record<string, Partial<ClientKey>>): ClientKeys {
  const byText = new Map<string, string>(
    Object.keys(changes).map((name) => [`planted-key-${name}`, name]),
  );
  const records = new Map<string, ClientKey>();
  // A record stays the same object, as in a gateway.
  function get(name: string): ClientKey | undefined {
    const change = changes[name];
    if (change === undefined) return undefined;
    const known = records.get(name) ??
      clientKey(`key_${name}`, keyDigest(`planted-key-${name}`), { name, ...change });
    records.set(name, known);
    return known;
  }
  return {
    exist: true,
    find(text) {
      const key = get(byText.get(text) ?? "");
      return key === undefined ? undefined : { key, state: "valid" };
    },
    get: (id) => get(id.replace(/^key_/, "")),
    isValid: (id) => get(id.replace(/^key_/, "")) !== undefined,
    all: () => Object.keys(changes).map(get).filter((key) => key !== undefined),
  };
}
