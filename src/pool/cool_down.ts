/**
 * A time of rest: of an account, or of one model of it.
 *
 * @module
 */
import type { Failure, FailureKind } from "./failure.ts";
import { GRACE_MS } from "./grace.ts";
import { ladderMs } from "./ladder.ts";
import { nextPacificMidnight } from "./pacific_midnight.ts";

/** Rest where there is no quota at all, in ms: only the user can mend that. */
const NO_QUOTA_MS = 3_600_000;

/** A ladder that was left alone for so long starts anew, in ms. */
const FORGET_MS = 3_600_000;

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
  /** The model that rests; empty for the whole account. */
  readonly model: string;
  readonly kind: FailureKind;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  /** Upstream's words for why. */
  readonly reason: string;
  /** How many steps of the ladder were taken; 0 where upstream said how long. */
  readonly step: number;
}

/** One cool-down, which failures prolong. */
export class CoolDown {
  kind: FailureKind;
  reason: string;
  /** Milliseconds since the epoch. */
  untilMs = 0;
  /** How many steps of the ladder were taken since a call last succeeded. */
  step = 0;
  /** Whether the rest that runs, or ran last, is the ladder's own. */
  isLadders = false;
  /** Whether the rest was so short from the start that a call may try the account again after it. */
  isBrief = false;
  /** Calls in flight that find out whether the rest was long enough. */
  probes = 0;

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

  /** How it stands. */
  state(nowMs: number): CoolDownState {
    if (this.untilMs > nowMs) return "resting";
    return this.isLadders ? "tentative" : "over";
  }

  /** Whether nothing of it is worth remembering any more. */
  isStale(nowMs: number): boolean {
    return this.untilMs + (this.step > 0 ? FORGET_MS : 0) <= nowMs && this.probes === 0;
  }

  /** A call failed: rests longer, never shorter. */
  prolong(failure: Failure, nowMs: number): void {
    const isRunning = this.untilMs > nowMs;
    const statedMs = statedEnd(failure, nowMs);
    if (statedMs === undefined) {
      // Of many calls that fail together, or while the account rests already, one counts.
      if (isRunning && this.kind === failure.kind) return;
      if (this.kind !== failure.kind || this.untilMs + FORGET_MS <= nowMs) this.step = 0;
      this.step++;
    }
    const untilMs = statedMs ?? nowMs + ladderMs(failure.kind, this.step);
    // A soft rest gives way to a hard one, which the last resort must not overlook.
    const givesWay = isRunning && this.isSoft && !isSoft(failure.kind);
    if (untilMs <= this.untilMs && !givesWay) return;
    if (isRunning && isSoft(failure.kind) && !this.isSoft) return;
    this.untilMs = untilMs;
    this.isBrief = untilMs - nowMs <= GRACE_MS;
    this.kind = failure.kind;
    this.reason = failure.reason;
    this.isLadders = statedMs === undefined;
  }
}

function isSoft(kind: FailureKind): boolean {
  return kind === "passing" || kind === "unknown-model";
}

/** When the rest ends by upstream's words, in ms since the epoch; `undefined` where it has none. */
function statedEnd(failure: Failure, nowMs: number): number | undefined {
  const { delayMs, quota } = failure;
  const statedMs = delayMs === undefined ? undefined : nowMs + delayMs;
  if (quota === "none") return Math.max(nowMs + NO_QUOTA_MS, statedMs ?? 0);
  // With a day's quota Google may name a delay of seconds all the same: it would be as spent then.
  if (quota === "day") return Math.max(nextPacificMidnight(nowMs), statedMs ?? 0);
  return statedMs;
}
