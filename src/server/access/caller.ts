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
  /** The key itself, which may only be used in a digest; empty without a key. */
  readonly secret: string;
  /** Whether client keys exist: a caller then uses only its own resources. */
  readonly isScoped: boolean;
  /** Whether resources that were not made through this gateway are looked up. */
  readonly mayLookUp: boolean;
}

/** A gateway without client keys. */
export const NO_CLIENT_KEYS: ClientKeys = {
  exist: false,
  find: () => undefined,
  get: () => undefined,
};

/** The id of a caller without a key. */
export const OPEN = "open";

/** The id of a caller with the gateway's own key. */
export const DEFAULT = "default";

/** Creates a caller. */
export function callerOf(
  { id, secret, key }: Pick<Caller, "id" | "secret" | "key">,
  { exist }: Pick<ClientKeys, "exist">,
): Caller {
  return { id, secret, key, isScoped: exist, mayLookUp: !exist || id === DEFAULT };
}

/** Whether a caller may use what another one made: the gateway's own key also opens what was made without a key. */
export function mayUse({ id, isScoped }: Caller, madeBy: string): boolean {
  return !isScoped || madeBy === id || (id === DEFAULT && madeBy === OPEN);
}
