/**
 * What the pool knows about one account.
 *
 * @module
 */
import { CoolDown, type KeptCoolDown } from "./cool_downs/cool_down.ts";
import type { Failure } from "./cool_downs/failure.ts";
import type { Moment } from "./moment.ts";
import type { PoolAccount } from "./pool_account.ts";

/** Most cool-downs remembered for an account. */
const MOST_COOL_DOWNS = 64;

/** The key of cool-downs of whole accounts. */
export const WHOLE_ACCOUNT = "";

const NONE: readonly CoolDown[] = [];

/** Whether an account is available to calls with a cool-down key. */
export type Standing =
  | "ready"
  /** It is chosen only if no other account is available: it failed, and the fault may be over. */
  | "last-resort"
  /** It has as many calls in flight as it may. */
  | "busy"
  /** It gets no requests before its cool-down ends. */
  | "resting";

/** An account in the pool: its load, its cool-downs, its last use. */
export class Member {
  account: PoolAccount;
  /** Calls in flight. */
  inFlight = 0;
  /** The number of the pool's last selection of this account: shows which was used longest ago. */
  lastTurn = 0;
  /** In ms since the epoch; undefined before the first. */
  lastSuccessMs: number | undefined;
  lastFailureMs: number | undefined;
  /** By key; the one of the whole account has the key {@linkcode WHOLE_ACCOUNT}. */
  readonly coolDowns = new Map<string, CoolDown>();

  constructor(account: PoolAccount) {
    this.account = account;
  }

  /** Whether it has as many calls in flight as it may. */
  get isFull(): boolean {
    return this.inFlight >= this.account.maxConcurrent;
  }

  /** Calls in flight divided by its weight. */
  get load(): number {
    return this.inFlight / this.account.weight;
  }

  /**
   * Starts or prolongs a cool-down after a call failed.
   *
   * @returns The cool-down, and whether it has changed.
   */
  cool(
    key: string,
    failure: Failure,
    now: Moment,
  ): { readonly coolDown: CoolDown; readonly isNew: boolean } {
    const known = this.coolDowns.get(key);
    const coolDown = known ?? new CoolDown(failure);
    if (known === undefined && this.#hasRoomFor(coolDown, now.ms)) {
      this.coolDowns.set(key, coolDown);
    }
    return { coolDown, isNew: coolDown.prolong(failure, now) };
  }

  /** Restores the remaining time of a stored cool-down. */
  restore(kept: KeptCoolDown, left: { readonly lengthMs: number; readonly now: Moment }): void {
    const coolDown = new CoolDown(kept);
    coolDown.resume(kept, left);
    this.coolDowns.set(kept.cooldownKey, coolDown);
  }

  /** Computes the ends of its cool-downs again, as {@linkcode CoolDown.wallClockSet} does. */
  wallClockSet(now: Moment, seenMs: number): void {
    for (const coolDown of this.coolDowns.values()) coolDown.wallClockSet(now, seenMs);
  }

  /** Whether it is available to calls with a key. */
  standing(key: string, nowMs: number): Standing {
    const gravity = this.coolDowns.size === 0 ? 0 : gravityOf(this.mostSevere(key, nowMs), nowMs);
    if (gravity === RESTS) return "resting";
    if (gravity === IS_PROBED || this.isFull) return "busy";
    return gravity === IS_LAST_RESORT ? "last-resort" : "ready";
  }

  /** The cool-down that applies to a key: the more severe of two, or the longer if both are equally severe. */
  mostSevere(key: string, nowMs: number): CoolDown | undefined {
    const whole = this.coolDowns.get(WHOLE_ACCOUNT);
    const own = this.coolDowns.get(key);
    if (whole === undefined || own === undefined) return whole ?? own;
    const difference = gravityOf(own, nowMs) - gravityOf(whole, nowMs);
    return difference > 0 || (difference === 0 && own.untilMs > whole.untilMs) ? own : whole;
  }

  /** The cool-downs that a call with a key tests: their time is over, but it may have been too short. */
  tentative(key: string, nowMs: number): readonly CoolDown[] {
    if (this.coolDowns.size === 0) return NONE;
    return [this.coolDowns.get(WHOLE_ACCOUNT), this.coolDowns.get(key)]
      .filter((coolDown) => coolDown !== undefined)
      .filter((coolDown) => coolDown.state(nowMs) === "tentative");
  }

  /**
   * Makes room for one more. Removes stale cool-downs first, then one whose key a client may have invented,
   * then the one that ends first.
   *
   * @returns False if there is no room: a key that a client may have invented never replaces a quota's
   * cool-down.
   */
  #hasRoomFor(coolDown: CoolDown, nowMs: number): boolean {
    if (this.coolDowns.size < MOST_COOL_DOWNS) return true;
    let first: { readonly key: string; readonly coolDown: CoolDown } | undefined;
    for (const [key, coolDown] of this.coolDowns) {
      if (coolDown.isStale(nowMs)) this.coolDowns.delete(key);
      else if (key === WHOLE_ACCOUNT || coolDown.probes > 0) continue;
      else if (first === undefined || goesBefore(coolDown, first.coolDown)) {
        first = { key, coolDown };
      }
    }
    if (this.coolDowns.size < MOST_COOL_DOWNS) return true;
    if (first === undefined || (coolDown.isSoft && !first.coolDown.isSoft)) return false;
    this.coolDowns.delete(first.key);
    return true;
  }
}

function goesBefore(a: CoolDown, b: CoolDown): boolean {
  return a.isSoft === b.isSoft ? a.untilMs < b.untilMs : a.isSoft;
}

const RESTS = 3;
const IS_PROBED = 2;
const IS_LAST_RESORT = 1;

function gravityOf(coolDown: CoolDown | undefined, nowMs: number): number {
  if (coolDown === undefined) return 0;
  const state = coolDown.state(nowMs);
  if (state === "resting") return coolDown.isSoft ? IS_LAST_RESORT : RESTS;
  if (state === "over" || coolDown.probes === 0) return 0;
  if (coolDown.isSoft) return IS_LAST_RESORT;
  // Upstream most likely still refuses the account, so no call waits for the result of the probe.
  return coolDown.isRefusal ? RESTS : IS_PROBED;
}
