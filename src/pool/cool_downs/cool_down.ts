/**
 * A time during which an account is not used, either at all or for one cool-down key.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { LONGEST_DELAY_MS } from "../../gemini/errors/retry_delay.ts";
import type { Failure, FailureKind, Refusal } from "./failure.ts";
import { backoffMs, GRACE_MS, nextPacificMidnight } from "./backoff.ts";
import type { Moment } from "../moment.ts";

/** Cool-down of an account without any quota, in ms: only the user can fix that. */
const NO_QUOTA_MS = 3_600_000;

/** Without a failure for this time, in ms, a back-off starts again at its first step. */
const FORGET_MS = 3_600_000;

/** Cool-downs shorter than this, in ms, are not stored: a restart takes as long. */
const WORTH_KEEPING_MS = 5000;

/** A stored start further in the future than this, in ms, was written by a clock that was ahead. */
const AHEAD_MS = 5000;

/** The state of a cool-down at some moment. */
export type CoolDownState =
  /** The account gets no requests. */
  | "resting"
  /** The time is over, but it may have been too short: one call at a time finds out. */
  | "tentative"
  /** The cool-down no longer has an effect. */
  | "over";

/** A cool-down as it is stored. */
export interface KeptCoolDown {
  readonly accountId: string;
  /** What the cool-down applies to; empty for the whole account. */
  readonly cooldownKey: string;
  readonly kind: FailureKind;
  /** When it began, in ms since the epoch, by the clock of the gateway that wrote it. */
  readonly startMs: number;
  /** How long it lasts, in ms. */
  readonly lengthMs: number;
  /** Upstream's error message. */
  readonly reason: string;
  /** How many steps of the back-off were taken; 0 if upstream stated the delay. */
  readonly step: number;
  /** Upstream's error, if it refuses the account; its message is {@linkcode reason}. */
  readonly refusal?: Refusal | undefined;
}

/**
 * The remaining time of a stored cool-down by the wall clock, in ms; never more than its full length.
 * 0 for one that begins in the future: a clock was wrong, so the elapsed time is unknown.
 *
 * @param nowMs In ms since the epoch.
 */
export function remainingMs(
  { startMs, lengthMs }: Pick<KeptCoolDown, "startMs" | "lengthMs">,
  nowMs: number,
): number {
  if (startMs > nowMs + AHEAD_MS) return 0;
  // Older versions stored any delay that upstream stated.
  const boundedMs = Math.min(lengthMs, LONGEST_DELAY_MS);
  return Math.max(0, Math.min(boundedMs, startMs + boundedMs - nowMs));
}

/** One cool-down, which failures prolong. It ends when the monotonic or the wall clock reaches its end. */
export class CoolDown {
  kind: FailureKind;
  reason: string;
  refusal: Refusal | undefined;
  /** Its end by present knowledge, in ms of the monotonic clock. */
  untilMs = -Infinity;
  /** How many steps of the back-off were taken since a call last succeeded. */
  step = 0;
  /** Whether the back-off set the current or last length, and not upstream. */
  isBackoff = false;
  /** Whether its full length is so short that a call may try the account again afterwards. */
  isBrief = false;
  /** Calls in flight that find out whether the cool-down was long enough. */
  probes = 0;
  /** Its end by the wall clock of the gateway that began it, in ms since the epoch; identifies it. */
  writtenUntilMs = -Infinity;
  #start: Moment = { ms: -Infinity, wallMs: -Infinity };
  #lengthMs = 0;

  constructor(failure: Pick<Failure, "kind" | "reason">) {
    this.kind = failure.kind;
    this.reason = failure.reason;
  }

  /**
   * Whether the account can still be chosen as a last resort. These failures do not show that the account
   * must not be used, so an attempt is better than an error while every account is in a cool-down.
   */
  get isSoft(): boolean {
    return isSoft(this.kind);
  }

  /** Whether upstream refuses the account: waiting does not help, since the user has to fix it. */
  get isRefusal(): boolean {
    return this.kind === "refused";
  }

  /**
   * The state of the cool-down.
   *
   * @param nowMs By the monotonic clock.
   */
  state(nowMs: number): CoolDownState {
    if (this.untilMs > nowMs) return "resting";
    return this.isBackoff ? "tentative" : "over";
  }

  /** Whether it can be forgotten. */
  isStale(nowMs: number): boolean {
    return this.untilMs + (this.step > 0 ? FORGET_MS : 0) <= nowMs && this.probes === 0;
  }

  /** Restores the remaining time of a stored cool-down. */
  resume(
    kept: KeptCoolDown,
    { lengthMs, now }: { readonly lengthMs: number; readonly now: Moment },
  ): void {
    this.#rest(lengthMs, now);
    this.writtenUntilMs = kept.startMs + kept.lengthMs;
    this.step = kept.step;
    this.isBackoff = kept.step > 0;
    this.refusal = kept.refusal;
  }

  /**
   * Recomputes the end after the wall clock was set, or went on while the machine slept.
   *
   * @param seenMs When the clocks were last read, by the monotonic one. A cool-down that was over by then
   * stays over, whatever the wall clock shows.
   */
  wallClockSet(now: Moment, seenMs: number): void {
    if (this.untilMs <= seenMs) return;
    const leftMs = this.#start.wallMs + this.#lengthMs - now.wallMs;
    this.untilMs = Math.min(this.#start.ms + this.#lengthMs, now.ms + Math.max(0, leftMs));
  }

  /**
   * Applies the failure of a call. Prolongs the cool-down; shortens it only if a hard failure replaces a soft
   * one.
   *
   * @returns Whether the cool-down has changed.
   */
  prolong(failure: Failure, now: Moment): boolean {
    const nowMs = now.ms;
    const isRunning = this.untilMs > nowMs;
    const statedMs = statedLength(failure, now.wallMs);
    if (statedMs === undefined) {
      // If several calls fail at the same time, or during the cool-down, only one counts.
      if (isRunning && this.kind === failure.kind) return false;
      if (this.kind !== failure.kind || this.untilMs + FORGET_MS <= nowMs) this.step = 0;
      this.step++;
    }
    const lengthMs = statedMs ?? backoffMs(failure.kind, this.step);
    const untilMs = nowMs + lengthMs;
    // A hard cool-down replaces a soft one: otherwise the account could be chosen as a last resort.
    const givesWay = isRunning && this.isSoft && !isSoft(failure.kind);
    if (untilMs <= this.untilMs && !givesWay) return false;
    if (isRunning && isSoft(failure.kind) && !this.isSoft) return false;
    this.#rest(lengthMs, now);
    this.isBrief = lengthMs <= GRACE_MS;
    this.kind = failure.kind;
    this.reason = failure.reason;
    this.refusal = failure.refusal;
    this.isBackoff = statedMs === undefined;
    return true;
  }

  /** Whether it ends so soon that a conversation keeps its account. */
  isWorthWaitingFor(nowMs: number): boolean {
    return !this.isSoft && !this.isRefusal && this.untilMs - nowMs <= GRACE_MS;
  }

  /** Whether to store it. */
  isWorthKeeping(nowMs: number): boolean {
    return !this.isSoft && this.untilMs - nowMs >= WORTH_KEEPING_MS;
  }

  /** What to store of it. */
  kept(accountId: string, cooldownKey: string): KeptCoolDown {
    const { kind, reason, refusal, isBackoff, step } = this;
    return {
      accountId,
      cooldownKey,
      kind,
      startMs: this.#start.wallMs,
      lengthMs: this.#lengthMs,
      reason,
      step: isBackoff ? step : 0,
      ...defined({ refusal }),
    };
  }

  #rest(statedMs: number, now: Moment): void {
    const lengthMs = Math.min(statedMs, LONGEST_DELAY_MS);
    this.#start = now;
    this.#lengthMs = lengthMs;
    this.untilMs = now.ms + lengthMs;
    this.writtenUntilMs = now.wallMs + lengthMs;
  }
}

function isSoft(kind: FailureKind): boolean {
  return kind === "transient" || kind === "unknown-model";
}

/** The length that upstream states, in ms; `undefined` if it states none. */
function statedLength({ delayMs, quota }: Failure, wallMs: number): number | undefined {
  if (quota === "none") return Math.max(NO_QUOTA_MS, delayMs ?? 0);
  // Google may state a delay of seconds for a daily quota, which would still be spent after that.
  if (quota === "day") return Math.max(nextPacificMidnight(wallMs) - wallMs, delayMs ?? 0);
  return delayMs;
}
