/**
 * The selection of an account: a call's request to the pool, and the pool's result.
 *
 * @module
 */
import type { Capability } from "./capability.ts";
import type { Refusal } from "./cool_downs/failure.ts";
import type { Lease } from "./lease.ts";
import type { Offering } from "./offering.ts";
import type { Unavailable } from "./unavailable.ts";

/** Some of the accounts. */
export interface AccountSubset {
  /** Equal for equal subsets, and different for others. */
  readonly key: string;
  readonly ids: ReadonlySet<string>;
}

/**
 * A call that needs an account.
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
  /** Accounts without it are not selected. */
  readonly capability: Capability;
  /** Which cool-downs apply besides those of whole accounts; a failure of the call starts one with this key. */
  readonly cooldownKey: string;
  /**
   * The key of the cool-downs that will apply to calls with what this call makes: accounts that rest for it are
   * selected last. Default: none.
   */
  readonly usedWith?: string | undefined;
  /** Which accounts are known to offer the model; absent if no account is preferred. */
  readonly offering?: Offering | undefined;
  /**
   * Set when an account did not know the model. `known-first`: accounts that are known to offer it are
   * preferred; `known-only`: no others are selected. Default: accounts about which nothing is known count
   * as equal to those that offer it.
   */
  readonly asks?: "known-first" | "known-only" | undefined;
  /** The id of the only account that can serve the call, since it owns a named resource. Default: any. */
  readonly pinnedTo?: string | undefined;
  /** The only accounts that the caller may use, also if the call is pinned. Default: all. */
  readonly only?: AccountSubset | undefined;
  /** The conversation's fingerprint; absent for calls that belong to none. */
  readonly session?: string | undefined;
  /** Whether the session's account is preferred under every strategy. Default: if the strategy is sticky. */
  readonly isSticky?: boolean | undefined;
  /**
   * Whether the call continues a response that only the conversation's account knows. The call then waits
   * for that account, whatever the strategy.
   */
  readonly isContinuation?: boolean;
  /** Ids of the accounts that this call has already tried. */
  readonly tried: ReadonlySet<string>;
  /** The end of the call's last wait, in ms of the monotonic clock: timers can fire slightly early. */
  readonly notBeforeMs?: number;
  /** Until when the call can wait for its conversation's account, in ms of the monotonic clock. */
  readonly patienceUntilMs: number;
}

/** An account for a call, and why it is this one. */
export interface AccountSelection {
  readonly type: "account";
  readonly lease: Lease;
  /** `owner`: the call is pinned to it; `conversation`: the conversation is; `turn`: the strategy chose it. */
  readonly by: "owner" | "conversation" | "turn";
  /** The id of the conversation's account, if that one could not be used. */
  readonly left: string | undefined;
  /** Ids of accounts that were not chosen since they rest for {@linkcode PoolRequest.usedWith}. Default: none. */
  readonly avoided?: readonly string[];
  /** The accounts that were not available. */
  readonly unavailable: Unavailable;
}

/** The pool's result. Times are in ms of the monotonic clock. */
export type Selection =
  | AccountSelection
  /** An account's cool-down ends at `untilMs`; after that it may be tried, even a second time. */
  | { readonly type: "wait"; readonly accountId: string; readonly untilMs: number }
  /**
   * Every account that could serve the call is busy: the call can wait in the queue. `accountId`: the only
   * account that it can use; `untilMs`: when the first cool-down of another account ends.
   */
  | {
    readonly type: "busy";
    readonly accountId: string | undefined;
    readonly untilMs: number;
  }
  /** There is no account, or the account that the call is pinned to does not exist. */
  | { readonly type: "empty" }
  /** There are accounts, but none of them has the capability. */
  | { readonly type: "unserved" }
  /** The call has tried every account that could serve it. */
  | { readonly type: "tried" }
  /** Every account is in a cool-down; the first that ends without the user's help ends at `untilMs`. */
  | { readonly type: "cooling"; readonly untilMs: number; readonly reason: string }
  /** Upstream refuses every account, so waiting does not help. `refusal`: upstream's error for one of them. */
  | {
    readonly type: "refused";
    readonly reason: string;
    readonly refusal: Refusal | undefined;
  };
