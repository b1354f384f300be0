/**
 * How long a connection rests. A monotonic clock stands still while the machine is suspended, and the
 * wall clock may be set: the larger of the two differences is the time that a server has seen.
 *
 * @module
 */

/** Two clocks, both in ms. */
export interface PoolClock {
  /** Never goes back; may stand still during suspend. */
  monotonic(): number;
  /** Since the epoch. */
  wall(): number;
}

/** The machine's own. */
export const SYSTEM_CLOCK: PoolClock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
};

/** By how much the wall clock may fall behind the monotonic one before it counts as set back, in ms. */
const MOST_DRIFT_MS = 1000;

/** A point in time, on both clocks. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** The present. */
export function momentOf(clock: PoolClock): Moment {
  return { monotonicMs: clock.monotonic(), wallMs: clock.wall() };
}

/**
 * The time from one moment to another, in ms.
 *
 * @returns Infinity where the wall clock went back in between: a suspend may hide behind that, so that
 * nobody knows.
 */
export function elapsedMs(since: Moment, until: Moment): number {
  const monotonicMs = until.monotonicMs - since.monotonicMs;
  const wallMs = until.wallMs - since.wallMs;
  if (wallMs < 0 || monotonicMs - wallMs > MOST_DRIFT_MS) return Infinity;
  return Math.max(monotonicMs, wallMs);
}
