/**
 * A point in time by both the monotonic and the wall clock.
 *
 * @module
 */
import { type Clock, elapsedMs } from "../base/clock.ts";

/** A point in time. */
export interface Moment {
  /** By the monotonic clock, in ms from any origin. */
  readonly ms: number;
  /** By the wall clock, in ms since the epoch. */
  readonly wallMs: number;
}

/** The present moment. */
export function momentOf(clock: Clock): Moment {
  const wallMs = clock.now();
  return { ms: clock.elapsed?.() ?? wallMs, wallMs };
}

/**
 * The elapsed time, in ms: the larger value of both clocks, since the wall clock may have been set back, and
 * the monotonic clock may have stopped while the machine slept.
 */
export function msSince(then: Moment, clock: Clock): number {
  const now = momentOf(clock);
  return Math.max(now.ms - then.ms, now.wallMs - then.wallMs);
}

/** Smallest change that counts as a set wall clock, in ms: smaller ones are drift and rounding. */
const STEP_MS = 1000;

/** Reads both clocks, and detects when the wall clock was set. */
export class MomentSource {
  readonly #clock: Clock;
  #offsetMs: number;
  /** When {@linkcode wasSet} last read the clocks, in ms of the monotonic clock. */
  seenMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.seenMs = elapsedMs(clock);
    this.#offsetMs = clock.now() - this.seenMs;
  }

  /** The present moment. */
  now(): Moment {
    return momentOf(this.#clock);
  }

  /** The present by the monotonic clock, in ms. */
  ms(): number {
    return elapsedMs(this.#clock);
  }

  /**
   * Whether the wall clock was set, or went on while the machine slept, since this was last true. If so,
   * every end by the wall clock must be computed again.
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
