/**
 * The record of a client key: whose it is, and what it may use.
 *
 * @module
 */

/** Most that a key may use; what is absent has no limit. */
export interface KeyLimits {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
  readonly requestsPerDay?: number;
  readonly tokensPerDay?: number;
  readonly tokensPerMonth?: number;
  /** In millionths of a US dollar. */
  readonly budget?: { readonly microUsd: number; readonly per: "day" | "month" };
  /** Calls at the same time. */
  readonly maxConcurrent?: number;
}

/** What a key may be made for: `calls` of the native API, and reading the `metrics`. */
export const KEY_RIGHTS = ["calls", "metrics"] as const;

/** One of {@linkcode KEY_RIGHTS}. */
export type KeyRight = typeof KEY_RIGHTS[number];

/** What a key may do if nothing else was said. */
export const USUAL_RIGHTS: readonly KeyRight[] = ["calls"];

/** A client key. The key itself is not stored. Times are in ms since the epoch. */
export interface ClientKey {
  /** Stays the same when the key is rotated. */
  readonly id: string;
  /** Unique among the keys. */
  readonly name: string;
  /** The SHA-256 of the key, in hexadecimal. */
  readonly digest: string;
  /** The beginning and the end of the key, for lists. */
  readonly hint: string;
  readonly createdAtMs: number;
  /** Absent if the key does not expire. */
  readonly expiresAtMs?: number;
  readonly isDisabled: boolean;
  readonly labels: readonly string[];
  readonly limits: KeyLimits;
  /** Patterns of models that the key may use, with `*` for any characters; empty: all. */
  readonly allow: readonly string[];
  /** Patterns of models that the key may not use. */
  readonly deny: readonly string[];
  /** Names or labels of the accounts that the key may use; empty: all. */
  readonly accounts: readonly string[];
  /** What the key may do, if that is not {@linkcode USUAL_RIGHTS}. */
  readonly may?: readonly KeyRight[];
  /** The keys that rotations replaced, the newest first; each is valid for some more time. */
  readonly formers: readonly FormerKey[];
}

/** Whether a key has a right. */
export function hasRight({ may }: Pick<ClientKey, "may">, right: KeyRight): boolean {
  return (may ?? USUAL_RIGHTS).includes(right);
}

/** A key that was replaced. */
export interface FormerKey {
  /** As {@linkcode ClientKey.digest}. */
  readonly digest: string;
  /** Until when it is valid as well, in ms since the epoch. */
  readonly untilMs: number;
}

/** Whether a key opens the gateway, or why not. `replaced`: it was rotated, and its grace is over. */
export type KeyState = "valid" | "expired" | "disabled" | "replaced" | "removed";

/** A key that a client sent. */
export interface FoundKey {
  readonly key: ClientKey;
  readonly state: KeyState;
}

/** The client keys, in memory. */
export interface ClientKeys {
  /** Whether there is or was any: then every request needs a key. */
  readonly exist: boolean;
  /** Finds the record of a key, which may be the one before a rotation. */
  find(key: string): FoundKey | undefined;
  /** The record with an id; undefined if the key was removed. */
  get(id: string): ClientKey | undefined;
  /** Whether the key with an id is valid now. */
  isValid(id: string): boolean;
  /** All keys that were not removed. */
  all(): Iterable<ClientKey>;
}
