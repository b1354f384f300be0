/**
 * How long a cool-down lasts after a failure: the back-off if upstream states no delay, the reset of a
 * daily quota, and the longest cool-down that a call waits for.
 *
 * @module
 */
import type { FailureKind } from "./failure.ts";

/**
 * Longest cool-down after which a call may try the same account again, and longest wait for any account,
 * in ms.
 */
export const GRACE_MS = 2000;

const DAY_MS = 86_400_000;

interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

const BACKOFFS: Readonly<Record<FailureKind, Backoff>> = {
  "quota": { firstMs: 10_000, mostMs: 1_800_000 },
  "refused": { firstMs: 30_000, mostMs: 1_800_000 },
  // Short, because the client may have mistyped the name, and the account may get a new model any day.
  "unknown-model": { firstMs: 60_000, mostMs: 600_000 },
  "transient": { firstMs: 1000, mostMs: 60_000 },
};

/**
 * The length of the cool-down after a number of consecutive failures.
 *
 * @param kind Each kind of failure has its own back-off.
 * @param step Starts at 1; each step doubles the length, up to the kind's maximum.
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
  // A day with a daylight saving change has 23 or 25 hours, so the result can be wrong by one hour.
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
