/**
 * What a refusal says about the quotas of an account.
 *
 * @module
 */
import { nextPacificMidnight } from "../cool_downs/backoff.ts";
import type { Failure } from "../cool_downs/failure.ts";
import {
  type QuotaStatement,
  WINDOW_MS,
  windowLasting,
  type WindowName,
} from "./quota_statement.ts";

/**
 * The statements in a refusal for a spent quota: one for each quota that it names, otherwise one for the
 * window that its retry delay suggests.
 *
 * @param at `model`: the key of the cool-down; `nowMs`: in ms since the epoch.
 * @returns Empty for other failures, and if the refusal says nothing about the quota.
 */
export function refusalStatements(
  { kind, delayMs, quota, limits = [] }: Failure,
  { model, nowMs }: { readonly model: string; readonly nowMs: number },
): readonly QuotaStatement[] {
  if (kind !== "quota") return [];
  if (limits.length > 0) {
    return limits.map((limit) => ({
      model,
      ...limit,
      leftFraction: 0,
      ...(limit.limit === 0 ? {} : { resetsAtMs: resetOf(limit.window, { delayMs, nowMs }) }),
    }));
  }
  const window = quota === "minute" || quota === "day"
    ? quota
    : delayMs === undefined || quota === "none"
    ? undefined
    : windowLasting(delayMs);
  if (window === undefined) return [];
  const resetsAtMs = quota === undefined && delayMs !== undefined
    ? nowMs + delayMs
    : resetOf(window, { delayMs, nowMs });
  return [{ model, window, unit: "requests", leftFraction: 0, resetsAtMs }];
}

/** When a spent window ends. A daily quota is reset at midnight, Pacific time, whatever the delay says. */
function resetOf(
  window: WindowName,
  { delayMs, nowMs }: { readonly delayMs: number | undefined; readonly nowMs: number },
): number {
  if (window === "day") return Math.max(nextPacificMidnight(nowMs), nowMs + (delayMs ?? 0));
  return nowMs + (delayMs ?? WINDOW_MS[window]);
}
