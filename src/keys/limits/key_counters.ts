/**
 * The counts of one key: of this gateway, and of others on the same store.
 *
 * @module
 */
import { type Clock, elapsedMs } from "../../base/clock.ts";
import { dayOf, monthOf } from "./calendar.ts";
import type { KeyUse, KeyUseSource, RecentSecond, WindowCounts } from "./key_use.ts";
import { NOTHING, OtherCounts } from "./other_counts.ts";
import { RequestTimes } from "./request_times.ts";
import { secondLeftMs, SlidingSum } from "./sliding_sum.ts";

/** Most models of a key whose last output is remembered. */
const MOST_MODELS = 100;

type Counts = { -readonly [Name in keyof WindowCounts]: WindowCounts[Name] };

/** A time by both clocks, in ms: since the epoch, and by the clock that only goes forward. */
export interface Moment {
  readonly nowMs: number;
  readonly ownMs: number;
}

/** The counts of a key. */
export class KeyCounters implements KeyUseSource {
  /** Calls in flight at this gateway. */
  inFlight = 0;
  /** Tokens, and millionths of a US dollar, that calls in flight reserved. */
  readonly reserved = { tokens: 0, microUsd: 0 };
  /** When requests were admitted. Only kept while requests per minute are limited. */
  readonly #times = new RequestTimes();
  #hasTimes = false;
  readonly #clock: Clock;
  readonly #requests = new SlidingSum();
  readonly #tokens = new SlidingSum();
  #day = 0;
  #month = 0;
  readonly #ofDay: Counts = { ...NOTHING };
  readonly #ofMonth: Counts = { ...NOTHING };
  readonly #others = new OtherCounts();
  /** The second in which the row was last put to be written; -1 since it was written. */
  #putSecond = -1;
  /** Output tokens of the last call, by model. */
  readonly #outputs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts a request that is admitted at this moment.
   *
   * @param isTimed Whether requests per minute are limited.
   */
  addRequest({ nowMs, ownMs }: Moment, isTimed: boolean): void {
    this.#turn(nowMs);
    if (isTimed) this.#knownTimes(ownMs).add(ownMs);
    else this.#forgetTimes();
    this.#ofDay.requests++;
    this.#ofMonth.requests++;
    this.#requests.add(ownMs, 1);
  }

  /** Takes back a request that was counted at that moment. */
  takeBackRequest({ nowMs, ownMs }: Moment): void {
    this.#turn(this.#clock.now());
    if (dayOf(nowMs) === this.#day) this.#ofDay.requests--;
    if (monthOf(nowMs) === this.#month) this.#ofMonth.requests--;
    this.#requests.takeBack(ownMs, 1, elapsedMs(this.#clock));
    this.#times.remove(ownMs);
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
    this.#outputs.set(model, tokens);
    if (this.#outputs.size <= MOST_MODELS) return;
    const [oldest = ""] = this.#outputs.keys();
    this.#outputs.delete(oldest);
  }

  /** Replaces what another process counted. */
  adopt(processId: string, use: KeyUse | undefined): void {
    this.#others.adopt(processId, use);
  }

  /** The counts of this UTC day, of all gateways. */
  ofDay(nowMs: number): WindowCounts {
    this.#turn(nowMs);
    return added(this.#ofDay, this.#others.ofDay(this.#day));
  }

  /** The counts of this UTC month, of all gateways. */
  ofMonth(nowMs: number): WindowCounts {
    this.#turn(nowMs);
    return added(this.#ofMonth, this.#others.ofMonth(this.#month));
  }

  /** Tokens of the last minute, of all gateways. */
  minuteTokens(nowMs: number): number {
    let sum = this.#tokens.sum(elapsedMs(this.#clock));
    for (const [, , tokens] of this.#others.recent(nowMs)) sum += tokens;
    return sum;
  }

  /** Requests of the last minute, of all gateways. */
  minuteRequests(nowMs: number): number {
    const ownMs = elapsedMs(this.#clock);
    let sum = this.#knownTimes(ownMs).count(ownMs);
    for (const [, requests] of this.#others.recent(nowMs)) sum += requests;
    return sum;
  }

  /** How long until `count` requests of the last minute no longer count, in ms. */
  requestsLeftMs(count: number, nowMs: number): number {
    const own = elapsedMs(this.#clock);
    const times = this.#knownTimes(own);
    const others = this.#others.recent(nowMs).toSorted(([a], [b]) => a - b);
    if (others.length === 0) return times.leftMs(count - 1, own);
    let leftMs = 0;
    let nth = 0;
    for (let gone = 0; gone < count;) {
      const [second, requests] = others[0] ?? [Infinity, 0];
      const otherMs = secondLeftMs(second, nowMs);
      const ownMs = nth < times.count(own) ? times.leftMs(nth, own) : Infinity;
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
    const times = this.#knownTimes(own);
    let leftMs = times.leftMs(times.count(own) - 1, own);
    for (const [second, requests] of this.#others.recent(nowMs)) {
      if (requests > 0) leftMs = Math.max(leftMs, secondLeftMs(second, nowMs));
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
      ...this.#others.recent(nowMs).map(([second, , tokens]) =>
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

  /** How long until no token of the last minute counts any more, in ms. */
  tokensEndMs(nowMs: number): number {
    const own = elapsedMs(this.#clock);
    const last = this.#tokens.last(own);
    let leftMs = last === undefined ? 0 : secondLeftMs(last, own);
    for (const [second, , tokens] of this.#others.recent(nowMs)) {
      if (tokens > 0) leftMs = Math.max(leftMs, secondLeftMs(second, nowMs));
    }
    return leftMs;
  }

  /**
   * Whether the row must be put to be written, since the counts have changed. It waits to be written already if it was
   * put in the same second and not read since; after a second, it may have been given up.
   */
  hasNews(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#putSecond) return false;
    this.#putSecond = second;
    return true;
  }

  use(nowMs: number): KeyUse {
    this.#putSecond = -1;
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

  /**
   * Begins new windows when the day or the month has changed. If the clock is set back over midnight, the windows stay:
   * what they have counted must not be forgotten.
   */
  #turn(nowMs: number): void {
    const day = dayOf(nowMs);
    if (day === this.#day || day === this.#day - 1) return;
    this.#day = day;
    Object.assign(this.#ofDay, NOTHING);
    const month = monthOf(nowMs);
    if (month === this.#month) return;
    this.#month = month;
    Object.assign(this.#ofMonth, NOTHING);
  }

  /** The times of requests within the last minute. Those from before the limit are known to the second. */
  #knownTimes(ownMs: number): RequestTimes {
    if (this.#hasTimes) return this.#times;
    this.#hasTimes = true;
    for (const { second, count } of this.#requests.seconds(ownMs)) {
      const atMs = Math.min(second * 1000 + 999, ownMs);
      for (let nth = 0; nth < count; nth++) this.#times.add(atMs);
    }
    return this.#times;
  }

  #forgetTimes(): void {
    if (!this.#hasTimes) return;
    this.#hasTimes = false;
    this.#times.clear();
  }
}

function added(own: WindowCounts, others: WindowCounts): WindowCounts {
  if (others === NOTHING) return own;
  return {
    requests: own.requests + others.requests,
    tokens: own.tokens + others.tokens,
    microUsd: own.microUsd + others.microUsd,
  };
}
