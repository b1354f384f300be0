/**
 * Formats times in the past.
 *
 * @module
 */
import ms from "ms";

/**
 * How long ago a time was, as in `3 minutes ago`.
 *
 * @param time In RFC 3339.
 * @param nowMs Now, in ms since the epoch.
 */
export function formatAgo(time: string, nowMs: number): string {
  const goneMs = nowMs - Date.parse(time);
  return goneMs < 1000 ? "just now" : `${ms(goneMs, { long: true })} ago`;
}
