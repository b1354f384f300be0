/**
 * Time, handed in, so that tests can set it.
 *
 * @module
 */

/** Where the time comes from. */
export interface Clock {
  /** Milliseconds since the Unix epoch, by the wall clock: a user or NTP may set it at any time. */
  now(): number;
  /**
   * Milliseconds that only ever go forward, from any origin, and may stand still while the machine
   * sleeps. Absent where `now()` does as well.
   */
  elapsed?(): number;
}

/** The wall clock alone, for those that tell dates and measure nothing. */
export type WallClock = Pick<Clock, "now">;

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/** The time by the clock that nobody sets, in ms from any origin: for spans, not for dates. */
export function elapsedMs(clock: Clock): number {
  return clock.elapsed?.() ?? clock.now();
}
