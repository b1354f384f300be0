/**
 * A clock that stands still until a test moves it.
 *
 * @module
 */
import type { Clock } from "../../src/base/clock.ts";

/** A wall clock and a monotonic clock, which both move only when they are told to. */
export class FakeClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);
  #elapsedMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.#nowMs;
  }

  elapsed(): number {
    return this.#elapsedMs;
  }

  /** Moves both clocks forward, in ms. */
  advance(ms: number): void {
    this.#nowMs += ms;
    this.#elapsedMs += ms;
  }

  /** Moves only the wall clock, in ms: a user sets it, or the machine sleeps. */
  set(byMs: number): void {
    this.#nowMs += byMs;
  }
}
