/**
 * A time of rest: of an account, or of what it does under one cool-down key.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { LONGEST_DELAY_MS } from "../../gemini/errors/retry_delay.ts";
import type { Failure, FailureKind, Refusal } from "./failure.ts";
import { backoffMs, GRACE_MS, nextPacificMidnight } from "./backoff.ts";
import type { Moment } from "../moment.ts";

/** Rest where there is no quota at all, in ms: only the user can mend that. */
const NO_QUOTA_MS = 3_600_000;

/** A back-off that was left alone for so long starts anew, in ms. */
const FORGET_MS = 3_600_000;

/** A kept start that lies further in the future than this, in ms, was written by a clock that was ahead. */
const AHEAD_MS = 5000;

/** How a cool-down stands at some moment. */
export type CoolDownState =
  /** Nothing is asked of the account. */
  | "resting"
  /** The rest is over, but nobody knows yet whether it was long enough: one call at a time. */
  | "tentative"
  /** As if there were none. */
  | "over";

/** A cool-down as it is kept. */
export interface KeptCoolDown {
  readonly accountId: string;
  /** What the account rests for; empty for everything. */
  readonly cooldownKey: string;
  readonly kind: FailureKind;
  /** When it began, in ms since the epoch, by the clock of the gateway that wrote it. */
  readonly startMs: number;
  /** How long it lasts, in ms. */
  readonly lengthMs: number;
  /** Upstream's words for why. */
  readonly reason: string;
  /** How many steps of the back-off were taken; 0 where upstream said how long. */
  readonly step: number;
  /** Upstream's error, for whom the account is refused; its words are {@linkcode reason}. */
  readonly refusal?: Refusal | undefined;
}

/**
 * What is left of a kept cool-down by the wall clock, in ms; never longer than it was from the start.
 * Nothing is left of one that began in the future: a clock was wrong, and nobody knows how much of it
 * is over.
 *
 * @param nowMs In ms since the epoch.
 */
export function remainingMs(
  { startMs, lengthMs }: Pick<KeptCoolDown, "startMs" | "lengthMs">,
  nowMs: number,
): number {
  if (startMs > nowMs + AHEAD_MS) return 0;
  // Older versions kept whatever upstream said.
  const boundedMs = Math.min(lengthMs, LONGEST_DELAY_MS);
  return Math.max(0, Math.min(boundedMs, startMs + boundedMs - nowMs));
}

/** One cool-down, which failures prolong. It ends when the monotonic or the wall clock says so. */
export class CoolDown {
  kind: FailureKind;
  reason: string;
  refusal: Refusal | undefined;
  /** Its end, as far as is known: ms of the monotonic clock. */
  untilMs = -Infinity;
  /** How many steps of the back-off were taken since a call last succeeded. */
  step = 0;
  /** Whether the rest that runs, or ran last, is the back-off's own. */
  isBackoff = false;
  /** Whether the rest was so short from the start that a call may try the account again after it. */
  isBrief = false;
  /** Calls in flight that find out whether the rest was long enough. */
  probes = 0;
  /** Its end by the wall clock of the gateway that began it, in ms since the epoch: tells rests apart. */
  writtenUntilMs = -Infinity;
  #start: Moment = { ms: -Infinity, wallMs: -Infinity };
  #lengthMs = 0;

  constructor(failure: Pick<Failure, "kind" | "reason">) {
    this.kind = failure.kind;
    this.reason = failure.reason;
  }

  /**
   * Whether the account stays the last resort while it rests: for failures that say nothing of the
   * account's right to be asked, to be refused by all of them would be worse than to try.
   */
  get isSoft(): boolean {
    return isSoft(this.kind);
  }

  /** Whether the account is refused: to wait for it helps nobody, since somebody has to mend it. */
  get isRefusal(): boolean {
    return this.kind === "refused";
  }

  /**
   * How it stands.
   *
   * @param nowMs By the monotonic clock.
   */
  state(nowMs: number): CoolDownState {
    if (this.untilMs > nowMs) return "resting";
    return this.isBackoff ? "tentative" : "over";
  }

  /** Whether nothing of it is worth remembering any more. */
  isStale(nowMs: number): boolean {
    return this.untilMs + (this.step > 0 ? FORGET_MS : 0) <= nowMs && this.probes === 0;
  }

  /** Takes up what is left of a rest that was kept. */
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
   * The wall clock was set, or ran on while the machine slept: the rest may be over by it.
   *
   * @param seenMs When the clocks were last looked at, by the monotonic one: what was over by then stays
   * over, wherever the wall clock goes.
   */
  wallClockSet(now: Moment, seenMs: number): void {
    if (this.untilMs <= seenMs) return;
    const leftMs = this.#start.wallMs + this.#lengthMs - now.wallMs;
    this.untilMs = Math.min(this.#start.ms + this.#lengthMs, now.ms + Math.max(0, leftMs));
  }

  /**
   * A call failed: rests longer, never shorter.
   *
   * @returns Whether it is another rest now.
   */
  prolong(failure: Failure, now: Moment): boolean {
    const nowMs = now.ms;
    const isRunning = this.untilMs > nowMs;
    const statedMs = statedLength(failure, now.wallMs);
    if (statedMs === undefined) {
      // Of many calls that fail together, or while the account rests already, one counts.
      if (isRunning && this.kind === failure.kind) return false;
      if (this.kind !== failure.kind || this.untilMs + FORGET_MS <= nowMs) this.step = 0;
      this.step++;
    }
    const lengthMs = statedMs ?? backoffMs(failure.kind, this.step);
    const untilMs = nowMs + lengthMs;
    // A soft rest gives way to a hard one, which the last resort must not overlook.
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

  /** What to keep of it. */
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

/** How long to rest by upstream's words, in ms; `undefined` where it has none. */
function statedLength({ delayMs, quota }: Failure, wallMs: number): number | undefined {
  if (quota === "none") return Math.max(NO_QUOTA_MS, delayMs ?? 0);
  // With a day's quota Google may name a delay of seconds all the same: it would be as spent then.
  if (quota === "day") return Math.max(nextPacificMidnight(wallMs) - wallMs, delayMs ?? 0);
  return delayMs;
}
