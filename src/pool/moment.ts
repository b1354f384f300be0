/**
 * One moment by both clocks.
 *
 * @module
 */
import { type Clock, elapsedMs } from "./clock.ts";

/** A moment. */
export interface Moment {
  /** By the monotonic clock, in ms from any origin. */
  readonly ms: number;
  /** By the wall clock, in ms since the epoch. */
  readonly wallMs: number;
}

/** A step of the wall clock that counts, in ms: smaller differences are drift and rounding. */
const STEP_MS = 1000;

/** Reads both clocks, and notices when the wall clock was set. */
export class MomentSource {
  readonly #clock: Clock;
  #offsetMs: number;
  /** When {@linkcode wasSet} last looked, in ms of the monotonic clock. */
  seenMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.seenMs = elapsedMs(clock);
    this.#offsetMs = clock.now() - this.seenMs;
  }

  /** The present moment. */
  now(): Moment {
    const wallMs = this.#clock.now();
    return { ms: this.#clock.elapsed?.() ?? wallMs, wallMs };
  }

  /** The present by the monotonic clock, in ms. */
  ms(): number {
    return elapsedMs(this.#clock);
  }

  /**
   * Whether the wall clock was set, or ran on while the machine slept, since this was last true: then
   * what ends by it is to be looked at again.
   */
  wasSet(): boolean {
    if (this.#clock.elapsed === undefined) return false;
    this.seenMs = this.#clock.elapsed();
    const offsetMs = this.#clock.now() - this.seenMs;
    if (Math.abs(offsetMs - this.#offsetMs) < STEP_MS) return false;
    this.#offsetMs = offsetMs;
    return true;
  }
}
