/**
 * What other processes counted for a key: other gateways on the same store, and this one before it was restarted.
 *
 * @module
 */
import type { KeyUse, RecentSecond, WindowCounts } from "./key_use.ts";
import { MINUTE_MS } from "./request_times.ts";
import { secondLeftMs } from "./sliding_sum.ts";

/** Longest time that another gateway's second may still count, in ms: its clock may be a minute ahead. */
const LONGEST_LEFT_MS = 2 * MINUTE_MS;

const NO_SECONDS: readonly RecentSecond[] = [];

/** No counts. */
export const NOTHING: WindowCounts = { requests: 0, tokens: 0, microUsd: 0 };

/**
 * The counts of other processes. A gateway that was restarted often has many of them, so their sums are computed only
 * when they change, and not for each request.
 */
export class OtherCounts {
  /** By the processes' ids. */
  readonly #uses = new Map<string, KeyUse>();
  /** Those that counted something within the last minute. */
  readonly #recent = new Map<string, KeyUse>();
  /** The sums of the day and the month that were asked for last. */
  #ofDay: { readonly day: number; readonly sum: WindowCounts } | undefined;
  #ofMonth: { readonly month: number; readonly sum: WindowCounts } | undefined;

  /** Replaces what a process counted; undefined forgets it. */
  adopt(processId: string, use: KeyUse | undefined): void {
    this.#ofDay = undefined;
    this.#ofMonth = undefined;
    this.#recent.delete(processId);
    if (use === undefined) {
      this.#uses.delete(processId);
      return;
    }
    this.#uses.set(processId, use);
    if (use.recent.length > 0) this.#recent.set(processId, use);
  }

  /** The counts of a UTC day. */
  ofDay(day: number): WindowCounts {
    if (this.#uses.size === 0) return NOTHING;
    if (this.#ofDay?.day !== day) {
      const uses = [...this.#uses.values()].filter((use) => use.day === day);
      this.#ofDay = { day, sum: sumOf(uses.map(({ ofDay }) => ofDay)) };
    }
    return this.#ofDay.sum;
  }

  /** The counts of a UTC month. */
  ofMonth(month: number): WindowCounts {
    if (this.#uses.size === 0) return NOTHING;
    if (this.#ofMonth?.month !== month) {
      const uses = [...this.#uses.values()].filter((use) => use.month === month);
      this.#ofMonth = { month, sum: sumOf(uses.map(({ ofMonth }) => ofMonth)) };
    }
    return this.#ofMonth.sum;
  }

  /** The seconds of the last minute. */
  recent(nowMs: number): readonly RecentSecond[] {
    if (this.#recent.size === 0) return NO_SECONDS;
    const found: RecentSecond[] = [];
    for (const [processId, { recent }] of this.#recent) {
      for (const row of recent) {
        const leftMs = secondLeftMs(row[0], nowMs);
        // Seconds in the future are of a clock that was wrong.
        if (leftMs > 0 && leftMs <= LONGEST_LEFT_MS) found.push(row);
      }
      const [last = 0] = recent.at(-1) ?? [];
      if (secondLeftMs(last, nowMs) <= 0) this.#recent.delete(processId);
    }
    return found;
  }
}

function sumOf(counts: readonly WindowCounts[]): WindowCounts {
  const sum = { ...NOTHING };
  for (const { requests, tokens, microUsd } of counts) {
    sum.requests += requests;
    sum.tokens += tokens;
    sum.microUsd += microUsd;
  }
  return sum;
}
