/**
 * What the search for an account needs to know of a call, and of the gateway.
 *
 * @module
 */
import type { MethodName, RetryClass } from "../../gemini/api/methods.ts";
import type { Clock } from "../../base/clock.ts";
import type { Pool } from "../../pool/pool.ts";
import type { AllowedSubset } from "../access/allowed_accounts.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import type { Timer } from "../call/pause.ts";
import type { ModelLists } from "../catalog/model_lists.ts";
import type { Pinned } from "../owners/pinned.ts";
import type { Roster } from "./roster.ts";

/** The dependencies of every search. */
export interface SearchOptions {
  readonly pool: Pool;
  readonly roster: Pick<Roster, "disabled" | "canServe">;
  /** Knows which accounts offer a model. */
  readonly lists: Pick<ModelLists, "offering">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly maxAttempts: number;
  /** Longest wait for a busy account or for the conversation's account, in ms. */
  readonly maxWaitMs: number;
}

/** The properties of a call that the search uses. */
export interface SearchedCall {
  /** The method that is called. */
  readonly method: MethodName;
  /** After aliasing; empty if the method has no model. */
  readonly model: string;
  /** The conversation's fingerprint; absent for calls that belong to none. */
  readonly session?: string | undefined;
  /** Whether the session keeps its account under every strategy. Default: if the strategy is sticky. */
  readonly isSticky?: boolean | undefined;
  /** Whether the call continues a response that only the conversation's account knows. */
  readonly isContinuation?: boolean;
  /** Whether and where the call may be retried. */
  readonly retry: RetryClass;
  /** The accounts that the call can go to, because of what it names; undefined for any. */
  readonly pinned?: Pinned | undefined;
  /** The accounts that the caller may use; undefined for all. */
  readonly only?: AllowedSubset | undefined;
  readonly watch: WatchedCall;
  /** Its record explains what the search does. */
  readonly lifecycle: Pick<CallLifecycle, "record" | "elapsedMs">;
}
