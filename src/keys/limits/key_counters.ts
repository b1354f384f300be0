/**
 * The counts of one key: of this gateway, and of others on the same store.
 *
 * @module
 */
import { type Clock, elapsedMs } from "../../base/clock.ts";
import { dayOf, monthOf } from "./calendar.ts";
import type { KeyUse, KeyUseSource, RecentSecond, WindowCounts } from "./key_use.ts";
import { MINUTE_MS, RequestTimes } from "./request_times.ts";
import { secondLeftMs, SlidingSum } from "./sliding_sum.ts";

/** Most models of a key whose last output is remembered. */
const MOST_MODELS = 100;

/** Longest time that another gateway's second may still count, in ms: its clock may be a minute ahead. */
const LONGEST_LEFT_MS = 2 * MINUTE_MS;

const NOTHING: WindowCounts = { requests: 0, tokens: 0, microUsd: 0 };

type Counts = { -readonly [Name in keyof WindowCounts]: WindowCounts[Name] };

/** The counts of a key. */
export class KeyCounters implements KeyUseSource {
  /** Calls in flight at this gateway. */
  inFlight = 0;
  /** Tokens, and millionths of a US dollar, that calls in flight reserved. */
  readonly reserved = { tokens: 0, microUsd: 0 };
  /** When requests were admitted, for a key with a limit of requests per minute. */
  readonly times = new RequestTimes();
  readonly #clock: Clock;
  readonly #requests = new SlidingSum();
  readonly #tokens = new SlidingSum();
  #day = 0;
  #month = 0;
  readonly #ofDay: Counts = { ...NOTHING };
  readonly #ofMonth: Counts = { ...NOTHING };
  /** What other processes counted, by their ids. */
  readonly #others = new Map<string, KeyUse>();
  /** Output tokens of the last call, by model. */
  readonly #outputs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request, or takes one back with -1. */
  addRequests(count: 1 | -1): void {
    this.#turn(this.#clock.now());
    this.#ofDay.requests += count;
    this.#ofMonth.requests += count;
    this.#requests.add(elapsedMs(this.#clock), count);
  }

  /** Counts what a call used. */
  addUse(tokens: number, microUsd: number): void {
    this.#turn(this.#clock.now());
    this.#ofDay.tokens += tokens;
    this.#ofMonth.tokens += tokens;
    this.#ofDay.microUsd += microUsd;
    this.#ofMonth.microUsd += microUsd;
    this.#tokens.add(elapsedMs(this.#clock), tokens);
  }

  /** The output tokens of the model's last call; undefined if there was none. */
  lastOutput(model: string): number | undefined {
    return this.#outputs.get(model);
  }

  /** Remembers the output tokens of a model's call. */
  noteOutput(model: string, tokens: number): void {
    this.#outputs.delete(model);
    this.#outputs.set(model, tokens);
    const [oldest] = this.#outputs.keys();
    if (this.#outputs.size > MOST_MODELS && oldest !== undefined) this.#outputs.delete(oldest);
  }

  /** Replaces what another process counted. */
  adopt(processId: string, use: KeyUse | undefined): void {
    if (use === undefined) this.#others.delete(processId);
    else this.#others.set(processId, use);
  }

  /** The counts of this UTC day, of all gateways. */
  ofDay(nowMs: number): WindowCounts {
    this.#turn(nowMs);
    return this.#sum(this.#ofDay, ({ day, ofDay }) => day === this.#day ? ofDay : NOTHING);
  }

  /** The counts of this UTC month, of all gateways. */
  ofMonth(nowMs: number): WindowCounts {
    this.#turn(nowMs);
    return this.#sum(
      this.#ofMonth,
      ({ month, ofMonth }) => month === this.#month ? ofMonth : NOTHING,
    );
  }

  /** Tokens of the last minute, of all gateways. */
  minuteTokens(nowMs: number): number {
    let sum = this.#tokens.sum(elapsedMs(this.#clock));
    for (const [, , tokens] of this.#recentOfOthers(nowMs)) sum += tokens;
    return sum;
  }

  /** Requests of the last minute, of all gateways. */
  minuteRequests(nowMs: number): number {
    let sum = this.times.count(elapsedMs(this.#clock));
    for (const [, requests] of this.#recentOfOthers(nowMs)) sum += requests;
    return sum;
  }

  /** How long until `count` requests of the last minute no longer count, in ms. */
  requestsLeftMs(count: number, nowMs: number): number {
    const own = elapsedMs(this.#clock);
    const others = this.#recentOfOthers(nowMs).sort(([a], [b]) => a - b);
    if (others.length === 0) return this.times.leftMs(count - 1, own);
    let leftMs = 0;
    let nth = 0;
    for (let gone = 0; gone < count;) {
      const [second, requests] = others[0] ?? [Infinity, 0];
      const otherMs = secondLeftMs(second, nowMs);
      const ownMs = nth < this.times.count(own) ? this.times.leftMs(nth, own) : Infinity;
      if (otherMs === Infinity && ownMs === Infinity) break;
      leftMs = Math.min(otherMs, ownMs);
      if (ownMs <= otherMs) nth++;
      else others.shift();
      gone += ownMs <= otherMs ? 1 : requests;
    }
    return Math.max(0, leftMs);
  }

  /** How long until no request of the last minute counts any more, in ms. */
  requestsEndMs(nowMs: number): number {
    const own = elapsedMs(this.#clock);
    let leftMs = this.times.leftMs(this.times.count(own) - 1, own);
    for (const [second] of this.#recentOfOthers(nowMs)) {
      leftMs = Math.max(leftMs, secondLeftMs(second, nowMs));
    }
    return leftMs;
  }

  /** How long until `count` tokens of the last minute no longer count, in ms. */
  tokensLeftMs(count: number, nowMs: number): number {
    const own = elapsedMs(this.#clock);
    const ends = [
      ...[...this.#tokens.seconds(own)].map(({ second, count }) =>
        [secondLeftMs(second, own), count] as const
      ),
      ...this.#recentOfOthers(nowMs).map(([second, , tokens]) =>
        [secondLeftMs(second, nowMs), tokens] as const
      ),
    ].sort(([a], [b]) => a - b);
    let gone = 0;
    for (const [leftMs, tokens] of ends) {
      gone += tokens;
      if (gone >= count) return leftMs;
    }
    return ends.at(-1)?.[0] ?? 0;
  }

  use(nowMs: number): KeyUse {
    this.#turn(nowMs);
    const ownMs = elapsedMs(this.#clock);
    // The clock's seconds and those since the epoch begin at different times: rounded up, nothing is forgotten early.
    const shift = Math.ceil((nowMs - ownMs) / 1000);
    const recent = new Map<number, RecentSecond>();
    for (const { second, count } of this.#requests.seconds(ownMs)) {
      recent.set(second, [second + shift, count, 0]);
    }
    for (const { second, count } of this.#tokens.seconds(ownMs)) {
      recent.set(second, [second + shift, recent.get(second)?.[1] ?? 0, count]);
    }
    return {
      day: this.#day,
      month: this.#month,
      ofDay: { ...this.#ofDay },
      ofMonth: { ...this.#ofMonth },
      recent: [...recent.values()].sort(([a], [b]) => a - b),
    };
  }

  /** Begins new windows when the day or the month has changed. */
  #turn(nowMs: number): void {
    const day = dayOf(nowMs);
    if (day === this.#day) return;
    this.#day = day;
    Object.assign(this.#ofDay, NOTHING);
    const month = monthOf(nowMs);
    if (month === this.#month) return;
    this.#month = month;
    Object.assign(this.#ofMonth, NOTHING);
  }

  #sum(own: WindowCounts, of: (use: KeyUse) => WindowCounts): WindowCounts {
    if (this.#others.size === 0) return own;
    const sum: Counts = { ...own };
    for (const use of this.#others.values()) {
      const { requests, tokens, microUsd } = of(use);
      sum.requests += requests;
      sum.tokens += tokens;
      sum.microUsd += microUsd;
    }
    return sum;
  }

  #recentOfOthers(nowMs: number): RecentSecond[] {
    const found: RecentSecond[] = [];
    for (const { recent } of this.#others.values()) {
      for (const row of recent) {
        const leftMs = secondLeftMs(row[0], nowMs);
        // Seconds in the future are of a clock that was wrong.
        if (leftMs > 0 && leftMs <= LONGEST_LEFT_MS) found.push(row);
      }
    }
    return found;
  }
}
