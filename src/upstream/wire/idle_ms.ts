/**
 * How long a connection has been idle. A monotonic clock stands still while the machine is suspended, and the
 * wall clock may be set: the larger of the two differences is the time that passed for the server.
 *
 * @module
 */
import type { Moment } from "../../pool/moment.ts";

/** By how much the wall clock may fall behind the monotonic one before it counts as set back, in ms. */
const MOST_DRIFT_MS = 1000;

/**
 * The time from one moment to another, in ms.
 *
 * @returns Infinity if the wall clock went back in between, because that may hide a suspend.
 */
export function idleMs(since: Moment, now: Moment): number {
  const ms = now.ms - since.ms;
  const wallMs = now.wallMs - since.wallMs;
  if (wallMs < 0 || ms - wallMs > MOST_DRIFT_MS) return Infinity;
  return Math.max(ms, wallMs);
}
