/**
 * How many requests may be sent a second time because the first stays silent. Without a limit, an upstream
 * that gets slow would get twice the load, and the user twice the bill.
 *
 * @module
 */

/** How many hedges may start before any call has earned one. */
const FIRST = 10;

/** How many calls earn a hedge. */
const CALLS_FOR_ONE = 20;

/** Counts in calls: a hedge costs {@linkcode CALLS_FOR_ONE} of them. It never holds more than at first. */
export class HedgeBudget {
  #calls = FIRST * CALLS_FOR_ONE;

  /** A request is sent. */
  earn(): void {
    if (this.#calls < FIRST * CALLS_FOR_ONE) this.#calls++;
  }

  /** Takes a hedge's price. False where there is not enough. */
  take(): boolean {
    if (this.#calls < CALLS_FOR_ONE) return false;
    this.#calls -= CALLS_FOR_ONE;
    return true;
  }
}
