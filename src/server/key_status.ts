/**
 * The client keys in the gateway's status: their states, and what is left of their limits.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { ClientKeys } from "../keys/client_key.ts";
import { ownState } from "../keys/key_ring.ts";
import type { KeyLimiter } from "../keys/limits/key_limiter.ts";
import type { LimitWindow } from "../keys/limits/limit_windows.ts";

/** A limit of a key, with what calls in flight reserved. */
export interface LimitStatus {
  readonly unit: "requests" | "tokens" | "usd";
  readonly window: "minute" | "day" | "month";
  readonly limit: number;
  readonly used: number;
  readonly left: number;
  /** When nothing of it is used, if nothing more is, in RFC 3339; absent if nothing is used. */
  readonly resetsAt?: string;
  /** When something is left again, in RFC 3339; absent if something is left. */
  readonly leftAgainAt?: string;
}

/** The status of a client key, without its text. */
export interface KeyStatus {
  readonly id: string;
  readonly name: string;
  readonly state: "valid" | "expired" | "disabled";
  /** In RFC 3339; absent if it does not expire. */
  readonly expiresAt?: string;
  /** At this gateway. */
  readonly callsInFlight: number;
  /** Most calls in flight; absent without a limit. */
  readonly maxConcurrent?: number;
  readonly limits: readonly LimitStatus[];
}

/** What the status of the keys is made of. */
export interface KeyStatusSource {
  readonly clientKeys: Pick<ClientKeys, "all">;
  readonly limiter: Pick<KeyLimiter, "useOf">;
  readonly clock: Clock;
}

/** The status of all keys that were not removed, ordered by name. */
export function keyStatuses({ clientKeys, limiter, clock }: KeyStatusSource): KeyStatus[] {
  const nowMs = clock.now();
  const statuses = [...clientKeys.all()].map((key): KeyStatus => {
    const { id, name, expiresAtMs, limits: { maxConcurrent } } = key;
    const { callsInFlight, windows } = limiter.useOf(key);
    return {
      id,
      name,
      state: ownState(key, nowMs),
      ...(expiresAtMs === undefined ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
      callsInFlight,
      ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
      limits: windows.map((window) => limitStatus(window, nowMs)),
    };
  });
  return statuses.sort((a, b) => a.name < b.name ? -1 : Number(a.name > b.name));
}

function limitStatus(window: LimitWindow, nowMs: number): LimitStatus {
  const { unit, per } = window;
  const parts = unit === "microUsd" ? 1_000_000 : 1;
  const limit = window.limit / parts;
  const counted = window.used(nowMs);
  const used = Math.round(counted) / parts;
  const resetMs = counted > 0 ? window.resetMs(nowMs) : 0;
  const waitMs = window.waitMs(1, nowMs);
  return {
    unit: unit === "microUsd" ? "usd" : unit,
    window: per,
    limit,
    used,
    left: Math.max(0, limit - used),
    ...(resetMs > 0 ? { resetsAt: new Date(nowMs + resetMs).toISOString() } : {}),
    ...(waitMs > 0 ? { leftAgainAt: new Date(nowMs + waitMs).toISOString() } : {}),
  };
}
