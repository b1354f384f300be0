/**
 * The remaining attempts of one client call. Counted where requests are sent, so that a fallback to another
 * base URL counts like a retry with another account.
 *
 * @module
 */

/** A decreasing number of attempts. */
export class AttemptBudget {
  readonly #most: number;
  #taken = 0;

  /** @param most Total attempts, at least 1. */
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
