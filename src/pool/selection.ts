/**
 * The selection of an account: what a call asks of the pool, and what the pool gives.
 *
 * @module
 */
import type { Capability } from "./capability.ts";
import type { Refusal } from "./cool_downs/failure.ts";
import type { Lease } from "./lease.ts";
import type { Offering } from "./offering.ts";

/**
 * A call that looks for an account.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { systemClock } from "../base/clock.ts";
 * import { Affinity } from "./sessions/affinity.ts";
 * import { Pool } from "./pool.ts";
 *
 * const clock = systemClock;
 * const sink = { bind() {}, unbind() {} };
 * const pool = new Pool({
 *   clock,
 *   affinity: new Affinity({ clock, ttlMs: 3_600_000, capacity: 100, sink }),
 *   coolDownSink: { cool() {}, heal() {} },
 *   strategy: "balance",
 *   maxWaiting: 100,
 * });
 * pool.setAccounts([{ id: "a", priority: 0, weight: 1, maxConcurrent: 8 }]);
 * const selection = pool.choose({
 *   capability: { method: "generateContent", model: "gemini-2.5-flash" },
 *   cooldownKey: "gemini-2.5-flash",
 *   tried: new Set(),
 *   patienceUntilMs: 0,
 * });
 * assert.equal(selection.type, "account");
 * ```
 */
export interface PoolRequest {
  /** Accounts that lack it are not asked. */
  readonly capability: Capability;
  /** Which cool-downs count besides those of whole accounts: a failure of the call starts one of this key. */
  readonly cooldownKey: string;
  /** Who is known to offer what the call asks for; absent where no account is to be preferred. */
  readonly offering?: Offering | undefined;
  /**
   * Set once an account did not know what the call asks for: those come first that are known to offer it, or
   * come alone. Default: those of whom nothing is known are as good.
   */
  readonly asks?: "known-first" | "known-only" | undefined;
  /** The only account that can serve the call, by its id: it owns what the call names. Default: any. */
  readonly pinnedTo?: string;
  /** The conversation's fingerprint; absent for calls that belong to none. */
  readonly session?: string | undefined;
  /**
   * Whether only the conversation's account knows what the call goes on with: it is waited for, and
   * kept to, whatever the strategy.
   */
  readonly isContinuation?: boolean;
  /** Accounts that this call has tried already. */
  readonly tried: ReadonlySet<string>;
  /** The moment that the call has waited for, in ms of the monotonic clock: timers can be a little early. */
  readonly notBeforeMs?: number;
  /** Until when the call can wait for its conversation's account, in ms of the monotonic clock. */
  readonly patienceUntilMs: number;
}

/** What the pool gives. Times are in ms of the monotonic clock. */
export type Selection =
  | { readonly type: "account"; readonly lease: Lease }
  /** An account is back at `untilMs`; after that it may be tried, even a second time. */
  | { readonly type: "wait"; readonly accountId: string; readonly untilMs: number }
  /**
   * Every account that could serve the call is busy: the call can wait in line. `accountId`: the only
   * account that it can use; `untilMs`: when an account that rests is back.
   */
  | {
    readonly type: "busy";
    readonly accountId: string | undefined;
    readonly untilMs: number;
  }
  /** There is no account at all, or not the one that the call is pinned to. */
  | { readonly type: "empty" }
  /** There are accounts, but none of them has the capability. */
  | { readonly type: "unserved" }
  /** The call has tried every account that could answer. */
  | { readonly type: "tried" }
  /** Every account rests; of those that come back by themselves, the first is back at `untilMs`. */
  | { readonly type: "cooling"; readonly untilMs: number; readonly reason: string }
  /** Upstream refuses every account, so waiting does not help. `refusal`: what upstream told one of them. */
  | {
    readonly type: "refused";
    readonly reason: string;
    readonly refusal: Refusal | undefined;
  };
