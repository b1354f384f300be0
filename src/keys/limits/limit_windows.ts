/**
 * The windows of a key's limits: what is left of each, and when it is full again.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import type { ClientKey } from "../client_key.ts";
import { dayEndMs, dayOf, monthEndMs, monthOf } from "./calendar.ts";
import type { KeyCounters } from "./key_counters.ts";

/** One limit of a key. */
export interface LimitWindow {
  /** As in the quotaId of a refusal; gemini-cli reads `PerMinute` and `PerDay` in it. */
  readonly quotaId: string;
  readonly unit: "requests" | "tokens" | "microUsd";
  readonly limit: number;
  /** With what calls in flight reserved. */
  readonly used: number;
  /** The part of `used` that calls in flight reserved. */
  readonly reserved: number;
  /** How long until `count` more fits, in ms; 0 if it fits now. */
  waitMs(count: number): number;
  /** How long until nothing of it is used, if nothing more is, in ms. */
  resetMs(): number;
}

/** What the windows of a key are computed from. */
export interface WindowsOf {
  readonly key: Pick<ClientKey, "limits">;
  readonly counters: KeyCounters;
  readonly clock: Clock;
}

/** No window, for the many keys without limits. */
const NONE: readonly LimitWindow[] = [];

/** The windows of the limits of requests that a key has. */
export function requestWindows({ key, counters, clock }: WindowsOf): readonly LimitWindow[] {
  const { requestsPerMinute, requestsPerDay } = key.limits;
  if ((requestsPerMinute ?? requestsPerDay) === undefined) return NONE;
  const nowMs = clock.now();
  const windows: LimitWindow[] = [];
  if (requestsPerMinute !== undefined) {
    const used = counters.minuteRequests(nowMs);
    windows.push({
      quotaId: "PolluxRequestsPerMinutePerKey",
      unit: "requests",
      limit: requestsPerMinute,
      used,
      reserved: 0,
      waitMs: (count) => {
        const over = used + count - requestsPerMinute;
        return over <= 0 ? 0 : counters.requestsLeftMs(over, nowMs);
      },
      resetMs: () => counters.requestsEndMs(nowMs),
    });
  }
  if (requestsPerDay !== undefined) {
    windows.push(calendarWindow({
      quotaId: "PolluxRequestsPerDayPerKey",
      unit: "requests",
      limit: requestsPerDay,
      used: counters.ofDay(nowMs).requests,
      reserved: 0,
      resetMs: () => dayEndMs(dayOf(nowMs)) - nowMs,
    }));
  }
  return windows;
}

/** The windows of the limits of tokens that a key has. */
export function tokenWindows({ key, counters, clock }: WindowsOf): readonly LimitWindow[] {
  const { tokensPerMinute, tokensPerDay, tokensPerMonth } = key.limits;
  if ((tokensPerMinute ?? tokensPerDay ?? tokensPerMonth) === undefined) return NONE;
  const nowMs = clock.now();
  const { tokens: reserved } = counters.reserved;
  const windows: LimitWindow[] = [];
  if (tokensPerMinute !== undefined) {
    const counted = counters.minuteTokens(nowMs);
    windows.push({
      quotaId: "PolluxTokensPerMinutePerKey",
      unit: "tokens",
      limit: tokensPerMinute,
      used: counted + reserved,
      reserved,
      waitMs: (count) => {
        const over = counted + reserved + count - tokensPerMinute;
        // What is reserved is counted at the end of its call, and then for a minute.
        return over <= 0 ? 0 : counters.tokensLeftMs(over, nowMs);
      },
      resetMs: () => counters.tokensEndMs(nowMs),
    });
  }
  if (tokensPerDay !== undefined) {
    windows.push(calendarWindow({
      quotaId: "PolluxTokensPerDayPerKey",
      unit: "tokens",
      limit: tokensPerDay,
      used: counters.ofDay(nowMs).tokens + reserved,
      reserved,
      resetMs: () => dayEndMs(dayOf(nowMs)) - nowMs,
    }));
  }
  if (tokensPerMonth !== undefined) {
    windows.push(calendarWindow({
      quotaId: "PolluxTokensPerMonthPerKey",
      unit: "tokens",
      limit: tokensPerMonth,
      used: counters.ofMonth(nowMs).tokens + reserved,
      reserved,
      resetMs: () => monthEndMs(monthOf(nowMs)) - nowMs,
    }));
  }
  return windows;
}

/** The window of a key's budget; undefined if it has none. */
export function budgetWindow({ key, counters, clock }: WindowsOf): LimitWindow | undefined {
  const { budget } = key.limits;
  if (budget === undefined) return undefined;
  const nowMs = clock.now();
  const { microUsd: reserved } = counters.reserved;
  const isDay = budget.per === "day";
  return calendarWindow({
    quotaId: isDay ? "PolluxBudgetPerDayPerKey" : "PolluxBudgetPerMonthPerKey",
    unit: "microUsd",
    limit: budget.microUsd,
    used: (isDay ? counters.ofDay(nowMs) : counters.ofMonth(nowMs)).microUsd + reserved,
    reserved,
    resetMs: () => (isDay ? dayEndMs(dayOf(nowMs)) : monthEndMs(monthOf(nowMs))) - nowMs,
  });
}

function calendarWindow(window: Omit<LimitWindow, "waitMs">): LimitWindow {
  const { limit, used, resetMs } = window;
  return { ...window, waitMs: (count) => used + count <= limit ? 0 : resetMs() };
}
