/**
 * What keeps others from an account's turn.
 *
 * @module
 */

/** Takes the turn of an account, waiting for it; dispose of the result to give it back. */
export type TurnLock = (accountId: string) => Promise<AsyncDisposable>;

/** How long a turn is waited for, in ms: longer than any holder that works takes. */
export const TURN_PATIENCE_MS = 60_000;
