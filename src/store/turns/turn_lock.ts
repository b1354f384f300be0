/**
 * The lock of an account's turn.
 *
 * @module
 */

/** Waits for the turn of an account and takes it; dispose of the result to release it. */
export type TurnLock = (accountId: string) => Promise<AsyncDisposable>;

/** Time limit for waiting for a turn, in ms: longer than any working holder needs. */
export const TURN_PATIENCE_MS = 60_000;
