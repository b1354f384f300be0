/**
 * One quota of an account: how much of it is used, when it is reset, and when it runs out at the present rate.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { nextPacificMidnight } from "../cool_downs/backoff.ts";
import {
  LATEST_MS,
  type QuotaName,
  type QuotaStatement,
  type QuotaUnit,
  WINDOW_MS,
  type WindowName,
} from "./quota_statement.ts";

/**
 * Where the figures come from: `google` (its quota calls), `refusal` (its last refusal), or `own_counts` (the
 * gateway's calls since either).
 */
export type QuotaSource = "google" | "refusal" | "own_counts";

/** The state of a quota, for display. Times are in ms since the epoch. */
export interface QuotaSnapshot extends QuotaName {
  readonly limit?: number;
  /** In units; absent if the limit is not known. */
  readonly used?: number;
  /** From 0 to 1. */
  readonly leftFraction: number;
  /** Absent if it is not known. */
  readonly resetsAtMs?: number;
  /** Absent if the quota lasts until the reset at the present rate, or the rate is not known. */
  readonly runsOutAtMs?: number;
  readonly source: QuotaSource;
}

/** A quota as it is stored, without its name. */
export interface KeptQuota {
  readonly limit?: number;
  /** In units; a fraction of 1 if the limit is not known. */
  readonly used: number;
  readonly resetsAtMs?: number;
  /** When upstream last said something about it, in ms since the epoch. */
  readonly statedAtMs: number;
  readonly source: QuotaSource;
  /** Whether upstream refused a call for it, and none has succeeded since. */
  readonly isSpent: boolean;
}

/** What was used at some time. */
interface Sample {
  readonly atMs: number;
  readonly used: number;
}

/** Each window is divided into this many steps; the rate of use is that of the last few. */
const STEPS = 24;
const MOST_SAMPLES = 5;

/** Two ends of a window that differ by less than this part of it are the same. */
const SAME_END = 0.05;

/** Without a statement for this time, in ms, a quota is forgotten: an account may have another one by then. */
export const FORGET_QUOTA_MS = 8 * 86_400_000;

/** One quota. All times are in ms since the epoch. */
export class QuotaWindow implements QuotaName {
  readonly model: string;
  readonly window: WindowName;
  readonly unit: QuotaUnit;
  #limit: number | undefined;
  #used = 0;
  #resetsAtMs: number | undefined;
  #statedAtMs = -Infinity;
  #source: QuotaSource = "google";
  #isSpent = false;
  /** Oldest first. */
  #samples: Sample[] = [];
  /** When it was last stored. */
  writtenAtMs = -Infinity;

  constructor({ model, window, unit }: QuotaName) {
    this.model = model;
    this.window = window;
    this.unit = unit;
  }

  /** When upstream last said something about it. */
  get statedAtMs(): number {
    return this.#statedAtMs;
  }

  /**
   * Applies what upstream says. A refusal is more reliable than Google's quota calls, which can disagree with
   * the enforced limit (google-gemini/gemini-cli#29425): until its reset or a successful call, only another
   * refusal changes the quota.
   *
   * @returns Whether it was applied.
   */
  state(
    statement: QuotaStatement,
    { nowMs, source }: { nowMs: number; source: QuotaSource },
  ): boolean {
    this.#roll(nowMs);
    const isRefusal = source === "refusal";
    if (this.#isSpent && !isRefusal) return false;
    const limit = limitIn(statement.limit) ?? this.#limit;
    const resetsAtMs = resetIn(statement.resetsAtMs, nowMs);
    const used = usedIn((1 - statement.leftFraction) * (limit ?? 1));
    const isSame = limit === this.#limit && used >= this.#used && this.#isSameEnd(resetsAtMs);
    if (isSame) this.#sample(nowMs);
    this.#limit = limit;
    this.#used = used;
    this.#resetsAtMs = resetsAtMs;
    if (!isSame) this.#startOver(nowMs);
    this.#statedAtMs = nowMs;
    this.#source = source;
    this.#isSpent = isRefusal;
    return true;
  }

  /**
   * Counts a successful call.
   *
   * @param units Requests or tokens.
   * @returns Whether the call used up the rest, or showed that a refusal no longer applies.
   */
  count(units: number, nowMs: number): boolean {
    this.#roll(nowMs);
    const wasSpent = this.#isSpent;
    this.#isSpent = false;
    if (this.#limit === undefined) return wasSpent;
    this.#sample(nowMs);
    const hadLeft = this.#used < this.#limit;
    this.#used += units;
    this.#source = "own_counts";
    return wasSpent || (hadLeft && this.#used >= this.#limit);
  }

  /** When what is left is lost; `Infinity` if nothing is left or the end is not known. */
  lostAtMs(nowMs: number): number {
    this.#roll(nowMs);
    return this.#left > 0 ? this.#resetsAtMs ?? Infinity : Infinity;
  }

  /** The state now. */
  snapshot(nowMs: number): QuotaSnapshot {
    this.#roll(nowMs);
    const { model, window, unit } = this;
    const limit = this.#limit;
    return {
      model,
      window,
      unit,
      ...defined({
        limit,
        used: limit === undefined ? undefined : Math.round(this.#used),
        resetsAtMs: this.#resetsAtMs,
        runsOutAtMs: this.#runsOutAtMs(nowMs),
      }),
      leftFraction: limit === 0 ? 0 : rounded(this.#left / (limit ?? 1)),
      source: this.#source,
    };
  }

  /** What to store of it. */
  kept(): KeptQuota {
    return {
      used: this.#used,
      statedAtMs: this.#statedAtMs,
      source: this.#source,
      isSpent: this.#isSpent,
      ...defined({ limit: this.#limit, resetsAtMs: this.#resetsAtMs }),
    };
  }

  /** Restores a stored state. */
  restore(kept: KeptQuota, nowMs: number): void {
    this.#limit = limitIn(kept.limit);
    this.#used = usedIn(kept.used);
    this.#resetsAtMs = resetIn(kept.resetsAtMs, nowMs);
    this.#statedAtMs = Math.min(kept.statedAtMs, nowMs);
    this.#source = kept.source;
    this.#isSpent = kept.isSpent;
    this.#startOver(nowMs);
  }

  get #left(): number {
    return Math.max(0, (this.#limit ?? 1) - this.#used);
  }

  #isSameEnd(resetsAtMs: number | undefined): boolean {
    if (resetsAtMs === undefined || this.#resetsAtMs === undefined) {
      return resetsAtMs === this.#resetsAtMs;
    }
    return Math.abs(resetsAtMs - this.#resetsAtMs) < SAME_END * WINDOW_MS[this.window];
  }

  /** Begins the next window if the present one is over. */
  #roll(nowMs: number): void {
    const endedMs = this.#resetsAtMs;
    if (endedMs === undefined || endedMs > nowMs) return;
    this.#used = 0;
    this.#isSpent = false;
    this.#source = "own_counts";
    this.#resetsAtMs = this.#nextEnd(endedMs, nowMs);
    this.#startOver(nowMs);
  }

  /** The end of the window after one that ended at `endedMs`; undefined if a later call may begin it. */
  #nextEnd(endedMs: number, nowMs: number): number | undefined {
    if (this.window === "minute") {
      return endedMs + WINDOW_MS.minute * (Math.floor((nowMs - endedMs) / WINDOW_MS.minute) + 1);
    }
    const isPacific = this.window === "day" && nextPacificMidnight(endedMs - 1) === endedMs;
    return isPacific ? nextPacificMidnight(nowMs) : undefined;
  }

  /** Measures the rate anew: from the window's beginning, if it is known, when nothing was used. */
  #startOver(nowMs: number): void {
    const beganMs = (this.#resetsAtMs ?? Infinity) - WINDOW_MS[this.window];
    this.#samples = beganMs <= nowMs
      ? [{ atMs: beganMs, used: 0 }]
      : [{ atMs: nowMs, used: this.#used }];
  }

  #sample(nowMs: number): void {
    const last = this.#samples.at(-1);
    const stepMs = WINDOW_MS[this.window] / STEPS;
    if (last !== undefined && nowMs - last.atMs < stepMs) return;
    this.#samples.push({ atMs: nowMs, used: this.#used });
    if (this.#samples.length > MOST_SAMPLES) this.#samples.shift();
  }

  #runsOutAtMs(nowMs: number): number | undefined {
    // Without a limit, the use is known only as of upstream's last statement.
    const asOfMs = this.#limit === undefined ? this.#statedAtMs : nowMs;
    const [first] = this.#samples;
    const left = this.#left;
    if (first === undefined || left === 0) return undefined;
    const overMs = asOfMs - first.atMs;
    const used = this.#used - first.used;
    if (used <= 0 || overMs < WINDOW_MS[this.window] / STEPS / 2) return undefined;
    const atMs = Math.max(nowMs, Math.round(asOfMs + left * overMs / used));
    return atMs < (this.#resetsAtMs ?? nowMs + LATEST_MS) ? atMs : undefined;
  }
}

// What upstream or the store says may be anything; it must not end up in arithmetic, or as a time that has no date.

function limitIn(limit: number | undefined): number | undefined {
  return limit !== undefined && Number.isSafeInteger(limit) && limit >= 0 ? limit : undefined;
}

function usedIn(used: number): number {
  return Number.isFinite(used) ? Math.max(0, used) : 0;
}

function resetIn(atMs: number | undefined, nowMs: number): number | undefined {
  return atMs !== undefined && Number.isFinite(atMs) && atMs <= nowMs + LATEST_MS
    ? atMs
    : undefined;
}

/** Without the noise of floating-point arithmetic. */
function rounded(fraction: number): number {
  return Math.round(fraction * 1e6) / 1e6;
}
