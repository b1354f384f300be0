/**
 * A clock that stands still until it is told to go on.
 *
 * @module
 */
import type { Clock } from "../../src/pool/clock.ts";

/** Time for tests, in ms since the epoch. */
export class FakeClock implements Clock {
  #nowMs = 1_000_000;

  now(): number {
    return this.#nowMs;
  }

  /** Goes on by some ms. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
