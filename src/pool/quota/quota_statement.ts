/**
 * What upstream says about an account's quotas.
 *
 * @module
 */

/** The lengths of windows, in ms. */
export const WINDOW_MS = {
  "minute": 60_000,
  "5h": 5 * 3_600_000,
  "day": 86_400_000,
  "week": 7 * 86_400_000,
} as const;

/** Times that are further away than this, in ms, are neither resets nor forecasts. */
export const LATEST_MS = 366 * 86_400_000;

/** The window that a quota applies to. */
export type WindowName = keyof typeof WINDOW_MS;

/** What a quota limits; tokens are those of prompts, as in Google's `InputTokensPerModelPerMinute`. */
export type QuotaUnit = "requests" | "tokens";

/** A quota of an account. */
export interface QuotaName {
  /** The key of the cool-downs that its refusals start, as a rule a model's id; `gemini-*` for all that match. */
  readonly model: string;
  readonly window: WindowName;
  readonly unit: QuotaUnit;
}

/** What upstream says about a quota. */
export interface QuotaStatement extends QuotaName {
  /** Most units in a window; absent if upstream does not say. */
  readonly limit?: number;
  /** The part that is left, from 0 to 1. */
  readonly leftFraction: number;
  /** When the window ends, in ms since the epoch; absent if upstream does not say. */
  readonly resetsAtMs?: number;
}

/** A limit that a refusal names. */
export interface StatedLimit {
  readonly window: WindowName;
  readonly unit: QuotaUnit;
  /** Absent if the refusal names only the quota. */
  readonly limit?: number;
}

/** The least known window that lasts a time: of a quota whose window upstream does not name. */
export function windowLasting(ms: number): WindowName {
  if (ms <= WINDOW_MS.minute) return "minute";
  if (ms <= WINDOW_MS["5h"]) return "5h";
  return ms <= WINDOW_MS.day ? "day" : "week";
}
