/**
 * The clock, passed as an option so that tests can set the time.
 *
 * @module
 */

/** A source of the time. */
export interface Clock {
  /** Milliseconds since the Unix epoch, by the wall clock: a user or NTP may set it at any time. */
  now(): number;
  /**
   * Milliseconds that only ever go forward, from any origin, and may stand still while the machine
   * sleeps. If absent, `now()` is used.
   */
  elapsed?(): number;
}

/** The wall clock alone, for code that needs dates and measures no durations. */
export type WallClock = Pick<Clock, "now">;

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
};

/** The monotonic time, in ms from any origin: for durations, not for dates. */
export function elapsedMs(clock: Clock): number {
  return clock.elapsed?.() ?? clock.now();
}
