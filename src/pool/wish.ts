/**
 * What a call asks of the pool.
 *
 * @module
 */

/** A call that looks for an account. */
export interface Wish {
  /** Model id, after aliasing: cool-downs are kept for each. */
  readonly model: string;
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
