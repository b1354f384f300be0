/**
 * When Google's daily quotas are reset.
 *
 * @module
 */

const DAY_MS = 86_400_000;

/**
 * The next midnight, Pacific time: "Requests per day quotas reset at midnight Pacific time".
 *
 * @param nowMs In ms since the epoch.
 * @returns In ms since the epoch, later than `nowMs`.
 * @see {@link https://ai.google.dev/gemini-api/docs/rate-limits}
 */
export function nextPacificMidnight(nowMs: number): number {
  const midnightMs = nowMs - sinceMidnight(nowMs) + DAY_MS;
  // A day on which the clocks are changed has 23 or 25 hours; what is off is off by one hour.
  const offMs = sinceMidnight(midnightMs);
  return offMs < DAY_MS / 2 ? midnightMs - offMs : midnightMs + DAY_MS - offMs;
}

/** How far the clocks' hands have come since midnight, in ms. */
function sinceMidnight(atMs: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/Los_Angeles",
    hourCycle: "h23",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(atMs);
  const [hours = 0, minutes = 0, seconds = 0] = parts
    .filter(({ type }) => type !== "literal").map(({ value }) => Number(value));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + atMs % 1000;
}
