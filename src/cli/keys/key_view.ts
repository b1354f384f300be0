/**
 * Client keys as commands show them, without their texts and digests.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { ClientKey, KeyLimits } from "../../keys/client_key.ts";
import { ownState } from "../../keys/key_ring.ts";

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
  };
}

/** The limits in words, as in `60 requests/min, 2M tokens/day`. */
export function limitWords(limits: KeyLimits): string {
  const { requestsPerMinute, tokensPerMinute, requestsPerDay, tokensPerDay, tokensPerMonth } =
    limits;
  const { budget, maxConcurrent } = limits;
  const words: readonly (string | undefined)[] = [
    requestsPerMinute && `${short(requestsPerMinute)} requests/min`,
    tokensPerMinute && `${short(tokensPerMinute)} tokens/min`,
    requestsPerDay && `${short(requestsPerDay)} requests/day`,
    tokensPerDay && `${short(tokensPerDay)} tokens/day`,
    tokensPerMonth && `${short(tokensPerMonth)} tokens/month`,
    budget && `${dollars(budget.microUsd)} USD/${budget.per}`,
    maxConcurrent && `${short(maxConcurrent)} at once`,
  ].map((word) => word || undefined);
  return words.filter((word) => word !== undefined).join(", ");
}

/** The models that a key may use, as in `gemini-*, not *-pro`. */
export function modelWords({ allow, deny }: Pick<KeyView, "allow" | "deny">): string {
  return [allow.join(" "), ...(deny.length === 0 ? [] : [`not ${deny.join(" ")}`])]
    .filter((part) => part !== "").join(", ");
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** `2M` for 2,000,000, `500k` for 500,000. */
function short(count: number): string {
  if (count % 1_000_000 === 0) return `${count / 1_000_000}M`;
  return count % 1000 === 0 ? `${count / 1000}k` : String(count);
}

function dollars(microUsd: number): string {
  return String(microUsd / 1_000_000);
}
