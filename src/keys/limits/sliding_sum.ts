/**
 * A sum over the last minute, in steps of a second.
 *
 * @module
 */

/** What was counted within one second. */
export interface CountedSecond {
  /** Whole seconds of the clock. */
  readonly second: number;
  readonly count: number;
}

/** How many seconds count: those of the last minute, the second that has begun included. */
export const WINDOW_SECONDS = 61;

/** A power of two, so that an index is a few bits of the second. */
const SLOTS = 64;

/**
 * How long a second counts after `nowMs`, in ms; not positive if it no longer counts. It counts until a minute after
 * its end, so that nothing that it has is forgotten too early.
 */
export function secondLeftMs(second: number, nowMs: number): number {
  return (second + WINDOW_SECONDS) * 1000 - nowMs;
}

/** Counts by second. Times are in ms by a clock that only goes forward. */
export class SlidingSum {
  readonly #slots = new Float64Array(SLOTS);
  #second = 0;
  #total = 0;

  /** The sum of what still counts at `nowMs`. */
  sum(nowMs: number): number {
    this.#advance(nowMs);
    return this.#total;
  }

  /** Adds to the second of `nowMs`; a negative count corrects an earlier one. */
  add(nowMs: number, count: number): void {
    this.#advance(nowMs);
    this.#total += count;
    const slot = this.#second % SLOTS;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + count;
  }

  /** Takes back what was added at `atMs`, unless it no longer counts at `nowMs`. */
  takeBack(atMs: number, count: number, nowMs: number): void {
    this.#advance(nowMs);
    const second = Math.floor(atMs / 1000);
    if (second <= this.#second - WINDOW_SECONDS) return;
    this.#total -= count;
    const slot = second % SLOTS;
    this.#slots[slot] = (this.#slots[slot] ?? 0) - count;
  }

  /** The seconds that still count at `nowMs` and have a count, oldest first. */
  *seconds(nowMs: number): Generator<CountedSecond> {
    this.#advance(nowMs);
    const first = Math.max(0, this.#second - WINDOW_SECONDS + 1);
    for (let second = first; second <= this.#second; second++) {
      const count = this.#slots[second % SLOTS] ?? 0;
      if (count !== 0) yield { second, count };
    }
  }

  /** The last second that still counts at `nowMs` and has a count; undefined if there is none. */
  last(nowMs: number): number | undefined {
    this.#advance(nowMs);
    if (this.#total === 0) return undefined;
    const first = Math.max(0, this.#second - WINDOW_SECONDS + 1);
    for (let second = this.#second; second >= first; second--) {
      if (this.#slots[second % SLOTS]) return second;
    }
    return undefined;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second <= this.#second) return;
    if (second - this.#second >= WINDOW_SECONDS) {
      this.#slots.fill(0);
      this.#total = 0;
      this.#second = second;
      return;
    }
    while (this.#second < second) {
      this.#second++;
      // The slot of the second that no longer counts. Those between the two are empty.
      const gone = (this.#second + SLOTS - WINDOW_SECONDS) % SLOTS;
      this.#total -= this.#slots[gone] ?? 0;
      this.#slots[gone] = 0;
    }
  }
}
