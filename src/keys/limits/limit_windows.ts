/**
 * The windows of a key's limits: what is left of each, and when it is full again. They are made once for each record
 * of a key, and compute from its counters, so that a call allocates nothing for them.
 *
 * @module
 */
import type { ClientKey } from "../client_key.ts";
import { dayEndMs, dayOf, monthEndMs, monthOf } from "./calendar.ts";
import type { KeyCounters } from "./key_counters.ts";
import type { WindowCounts } from "./key_use.ts";

/** One limit of a key. Times `nowMs` are in ms since the epoch. */
export interface LimitWindow {
  /** As in the quotaId of a refusal; gemini-cli reads `PerMinute` and `PerDay` in it. */
  readonly quotaId: string;
  readonly unit: keyof WindowCounts;
  readonly per: "minute" | "day" | "month";
  readonly limit: number;
  /** What was counted in the window, and what calls in flight reserved. */
  used(nowMs: number): number;
  /** The part of {@linkcode used} that calls in flight reserved. */
  reserved(): number;
  /** How long until `count` more fits, in ms; 0 if it fits now. */
  waitMs(count: number, nowMs: number): number;
  /** How long until nothing of it is used, if nothing more is, in ms. */
  resetMs(nowMs: number): number;
}

/** The limits that a key's windows are made from, and what they compute from. */
export interface WindowsOf {
  readonly key: Pick<ClientKey, "limits">;
  readonly counters: KeyCounters;
}

/** All windows of a key. */
export class LimitWindows {
  readonly requests: readonly LimitWindow[];
  readonly tokens: readonly LimitWindow[];
  /** At most one. */
  readonly budget: readonly LimitWindow[];

  constructor({ key: { limits }, counters }: WindowsOf) {
    const { requestsPerMinute, requestsPerDay, budget } = limits;
    const { tokensPerMinute, tokensPerDay, tokensPerMonth } = limits;
    const calendar = (unit: keyof WindowCounts, per: "day" | "month", limit: number | undefined) =>
      limit === undefined ? [] : [new CalendarWindow(counters, { unit, per, limit })];
    this.requests = [
      ...(requestsPerMinute === undefined ? [] : [new MinuteRequests(counters, requestsPerMinute)]),
      ...calendar("requests", "day", requestsPerDay),
    ];
    this.tokens = [
      ...(tokensPerMinute === undefined ? [] : [new MinuteTokens(counters, tokensPerMinute)]),
      ...calendar("tokens", "day", tokensPerDay),
      ...calendar("tokens", "month", tokensPerMonth),
    ];
    this.budget = budget === undefined ? [] : calendar("microUsd", budget.per, budget.microUsd);
  }

  /** Whether tokens or money are limited. */
  get areReserved(): boolean {
    return this.tokens.length > 0 || this.budget.length > 0;
  }
}

class MinuteRequests implements LimitWindow {
  readonly quotaId = "PolluxRequestsPerMinutePerKey";
  readonly unit = "requests";
  readonly per = "minute";
  readonly limit: number;
  readonly #counters: KeyCounters;

  constructor(counters: KeyCounters, limit: number) {
    this.#counters = counters;
    this.limit = limit;
  }

  used(nowMs: number): number {
    return this.#counters.minuteRequests(nowMs);
  }

  reserved(): number {
    return 0;
  }

  waitMs(count: number, nowMs: number): number {
    const over = this.used(nowMs) + count - this.limit;
    return over <= 0 ? 0 : this.#counters.requestsLeftMs(over, nowMs);
  }

  resetMs(nowMs: number): number {
    return this.#counters.requestsEndMs(nowMs);
  }
}

class MinuteTokens implements LimitWindow {
  readonly quotaId = "PolluxTokensPerMinutePerKey";
  readonly unit = "tokens";
  readonly per = "minute";
  readonly limit: number;
  readonly #counters: KeyCounters;

  constructor(counters: KeyCounters, limit: number) {
    this.#counters = counters;
    this.limit = limit;
  }

  used(nowMs: number): number {
    return this.#counters.minuteTokens(nowMs) + this.reserved();
  }

  reserved(): number {
    return this.#counters.reserved.tokens;
  }

  waitMs(count: number, nowMs: number): number {
    const over = this.used(nowMs) + count - this.limit;
    // What is reserved is counted at the end of its call, and then for a minute.
    return over <= 0 ? 0 : this.#counters.tokensLeftMs(over, nowMs);
  }

  resetMs(nowMs: number): number {
    return this.#counters.tokensEndMs(nowMs);
  }
}

const NAMES = { requests: "Requests", tokens: "Tokens", microUsd: "Budget" } as const;

/** A window of a UTC day or month. */
class CalendarWindow implements LimitWindow {
  readonly quotaId: string;
  readonly unit: keyof WindowCounts;
  readonly per: "day" | "month";
  readonly limit: number;
  readonly #counters: KeyCounters;
  /** The UTC day for which the window's end was computed. */
  #day = -1;
  #endMs = 0;

  constructor(
    counters: KeyCounters,
    { unit, per, limit }: Pick<LimitWindow, "unit" | "limit"> & { readonly per: "day" | "month" },
  ) {
    this.quotaId = `Pollux${NAMES[unit]}Per${per === "day" ? "Day" : "Month"}PerKey`;
    this.unit = unit;
    this.limit = limit;
    this.per = per;
    this.#counters = counters;
  }

  used(nowMs: number): number {
    const counters = this.#counters;
    const counts = this.per === "day" ? counters.ofDay(nowMs) : counters.ofMonth(nowMs);
    return counts[this.unit] + this.reserved();
  }

  reserved(): number {
    return this.unit === "requests" ? 0 : this.#counters.reserved[this.unit];
  }

  waitMs(count: number, nowMs: number): number {
    return this.used(nowMs) + count <= this.limit ? 0 : this.resetMs(nowMs);
  }

  resetMs(nowMs: number): number {
    const day = dayOf(nowMs);
    if (day !== this.#day) {
      this.#day = day;
      this.#endMs = this.per === "day" ? dayEndMs(day) : monthEndMs(monthOf(nowMs));
    }
    return this.#endMs - nowMs;
  }
}
