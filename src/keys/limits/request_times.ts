/**
 * The times of a key's requests within the last minute, for an exact sliding window.
 *
 * @module
 */

/** The length of the window, in ms. */
export const MINUTE_MS = 60_000;

/** Expired times are only cut off when there are this many, so that not every request moves the others. */
const MOST_EXPIRED = 1024;

/** Times in ms by a clock that only goes forward. As many as were admitted within a minute are in memory. */
export class RequestTimes {
  #times: number[] = [];
  /** Index of the oldest time within the window. */
  #first = 0;

  /** How many requests are within the minute before `nowMs`. */
  count(nowMs: number): number {
    while (this.#first < this.#times.length && this.leftMs(0, nowMs) <= 0) this.#first++;
    if (this.#first > MOST_EXPIRED && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }

  /** How long the request with this number, of those within the window, still counts, in ms; the oldest is 0. */
  leftMs(nth: number, nowMs: number): number {
    const atMs = this.#times[this.#first + nth];
    return atMs === undefined ? 0 : atMs + MINUTE_MS - nowMs;
  }

  /** Counts a request. */
  add(nowMs: number): void {
    this.#times.push(nowMs);
  }

  /** Removes a request that was refused after it was counted. */
  remove(atMs: number): void {
    const at = this.#times.lastIndexOf(atMs);
    if (at >= this.#first) this.#times.splice(at, 1);
  }

  /** Forgets all requests. */
  clear(): void {
    this.#times = [];
    this.#first = 0;
  }
}
