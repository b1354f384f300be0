/**
 * How long an account rests after a failure: the back-off where upstream states no delay, the end of a
 * daily quota, and the shortest rests, which a call waits out.
 *
 * @module
 */
import type { FailureKind } from "./failure.ts";

/** Longest rest after which a call may try the same account again, and longest wait for any, in ms. */
export const GRACE_MS = 2000;

const DAY_MS = 86_400_000;

interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

const BACKOFFS: Readonly<Record<FailureKind, Backoff>> = {
  "quota": { firstMs: 10_000, mostMs: 1_800_000 },
  "refused": { firstMs: 30_000, mostMs: 1_800_000 },
  // The client may have mistyped the name, and a new model may be served tomorrow.
  "unknown-model": { firstMs: 60_000, mostMs: 600_000 },
  "transient": { firstMs: 1000, mostMs: 60_000 },
};

/**
 * The rest after a number of failures in a row.
 *
 * @param kind Each kind of failure has its own back-off.
 * @param step From 1 on; each rest is twice as long as the one before, up to the kind's maximum.
 * @returns In ms.
 */
export function backoffMs(kind: FailureKind, step: number): number {
  const { firstMs, mostMs } = BACKOFFS[kind];
  return Math.min(mostMs, firstMs * 2 ** (step - 1));
}

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

/** The time since midnight in California, in ms. */
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
