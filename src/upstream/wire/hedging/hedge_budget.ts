/**
 * Limits how many requests are hedged. Without a limit, a slow upstream would get twice the load, and the user
 * twice the bill.
 *
 * @module
 */

/** How many hedges are allowed initially. */
const FIRST = 10;

/** How many calls allow one more hedge. */
const CALLS_FOR_ONE = 20;

/**
 * Counts in calls: a hedge costs {@linkcode CALLS_FOR_ONE} of them. The budget never exceeds its initial value.
 */
export class HedgeBudget {
  #calls = FIRST * CALLS_FOR_ONE;

  /** Called for each request. */
  earn(): void {
    if (this.#calls < FIRST * CALLS_FOR_ONE) this.#calls++;
  }

  /** Takes the cost of a hedge. False if the budget is too small. */
  take(): boolean {
    if (this.#calls < CALLS_FOR_ONE) return false;
    this.#calls -= CALLS_FOR_ONE;
    return true;
  }
}
