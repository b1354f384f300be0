/**
 * Client keys as commands and the admin API show them, without their texts and digests.
 *
 * @module
 */
import { defined } from "../base/defined.ts";
import { type ClientKey, type KeyLimits, type KeyRight, USUAL_RIGHTS } from "./client_key.ts";
import { ownState } from "./key_ring.ts";

/** What is shown of a key. Times are in ISO 8601. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly state: "valid" | "expired" | "disabled";
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** Until when the last one of the keys that rotations replaced is valid as well. */
  readonly formerValidUntil?: string;
  readonly labels: readonly string[];
  readonly limits: KeyLimits;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly accounts: readonly string[];
  readonly may: readonly KeyRight[];
}

/** The view of a key at `nowMs`, in ms since the epoch. */
export function viewOfKey(key: ClientKey, nowMs: number): KeyView {
  const { id, name, hint, createdAtMs, expiresAtMs, formers } = key;
  const { labels, limits, allow, deny, accounts } = key;
  const untilMs = Math.max(0, ...formers.map((former) => former.untilMs));
  return {
    id,
    name,
    key: hint,
    state: ownState(key, nowMs),
    createdAt: isoOf(createdAtMs),
    ...defined({
      expiresAt: expiresAtMs === undefined ? undefined : isoOf(expiresAtMs),
      formerValidUntil: untilMs > nowMs ? isoOf(untilMs) : undefined,
    }),
    labels,
    limits,
    allow,
    deny,
    accounts,
    may: key.may ?? USUAL_RIGHTS,
  };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
