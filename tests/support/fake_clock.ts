/**
 * A clock that stands still until a test moves it.
 *
 * @module
 */
import type { Clock } from "../../src/pool/clock.ts";

/** A clock with hands. */
export class FakeClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);

  now(): number {
    return this.#nowMs;
  }

  /** Moves the time on, in ms. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }
}
