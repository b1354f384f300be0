/**
 * A clock that stands still until it is told to go on.
 *
 * @module
 */
import type { Clock } from "../../src/pool/clock.ts";

/** Time for tests, in ms since the epoch. */
export class FakeClock implements Clock {
  #nowMs = 1_000_000;
  #elapsedMs = 1_000_000;

  now(): number {
    return this.#nowMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  /** Goes on by some ms. */
  advance(ms: number): void {
    this.#nowMs += ms;
    this.#elapsedMs += ms;
  }

  /** Somebody sets the wall clock, or the machine sleeps: only it goes on, or back. */
  set(byMs: number): void {
    this.#nowMs += byMs;
  }
}
