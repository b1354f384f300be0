/**
 * Who sends a request, and which stored resources that caller may use.
 *
 * @module
 */
import type { ClientKey, ClientKeys } from "../../keys/client_key.ts";

/** A caller. */
export interface Caller {
  /** The client key; absent without one, and for the gateway's own key. */
  readonly key?: ClientKey | undefined;
  /** `open` without a key, `default` for the gateway's own key, otherwise the client key's id. */
  readonly id: string;
  /**
   * What identifies the caller in digests, which may outlive the request: the gateway's own key, or a client key's id,
   * which a rotation does not change; empty without a key.
   */
  readonly secret: string;
  /** Whether client keys exist: a caller then uses only its own resources. */
  readonly isScoped: boolean;
  /** Whether resources that were not made through this gateway are looked up. */
  readonly mayLookUp: boolean;
  /** All client keys: what a removed one made belongs to the gateway's own key. */
  readonly clientKeys: Pick<ClientKeys, "get">;
}

/** A gateway without client keys. */
export const NO_CLIENT_KEYS: ClientKeys = {
  exist: false,
  find: () => undefined,
  get: () => undefined,
  isValid: () => false,
  all: () => [],
};

/** The id of a caller without a key. */
export const OPEN = "open";

/** The id of a caller with the gateway's own key. */
export const DEFAULT = "default";

/** Creates a caller. */
export function callerOf(
  { id, secret, key }: Pick<Caller, "id" | "secret" | "key">,
  clientKeys: Pick<ClientKeys, "exist" | "get">,
): Caller {
  const { exist } = clientKeys;
  return { id, secret, key, isScoped: exist, mayLookUp: !exist || id === DEFAULT, clientKeys };
}

/**
 * Whether a caller may use what another one made: the gateway's own key also opens what was made without a key, and
 * what belonged to a client key that was removed.
 */
export function mayUse({ id, isScoped, clientKeys }: Caller, madeBy: string): boolean {
  if (!isScoped || madeBy === id) return true;
  return id === DEFAULT && (madeBy === OPEN || clientKeys.get(madeBy) === undefined);
}
