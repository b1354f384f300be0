/**
 * How often one client call may still be sent upstream. Counted where requests are sent, so that a
 * fallback to another base URL is counted like a move to another account.
 *
 * @module
 */

/** A number of attempts that can only go down. */
export class AttemptBudget {
  readonly #most: number;
  #taken = 0;

  /** @param most Attempts in all, at least 1. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Attempts made so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether no attempt is left. */
  get spent(): boolean {
    return this.#taken >= this.#most;
  }

  /** Counts an attempt. */
  take(): void {
    this.#taken++;
  }
}
