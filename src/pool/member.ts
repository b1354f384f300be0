/**
 * What the pool knows of one account.
 *
 * @module
 */
import { CoolDown, type KeptCoolDown } from "./cool_downs/cool_down.ts";
import type { Failure } from "./cool_downs/failure.ts";
import type { Moment } from "./moment.ts";
import type { PoolAccount } from "./pool_account.ts";

/** Most cool-downs remembered for an account besides its own. */
const MOST_COOL_DOWNS = 64;

/** The key of cool-downs of whole accounts. */
export const WHOLE_ACCOUNT = "";

const NONE: readonly CoolDown[] = [];

/** How an account stands to calls of a cool-down key. */
export type Standing =
  | "ready"
  /** It would be asked, but only where no other can: it failed, and that may have passed. */
  | "last-resort"
  /** It answers as many calls as it may. */
  | "busy"
  /** It is not to be asked before its cool-down ends. */
  | "resting";

/** An account in the pool: its load, its cool-downs, its last use. */
export class Member {
  account: PoolAccount;
  /** Calls in flight. */
  inFlight = 0;
  /** Grows with every use in the pool: tells who was used longest ago. */
  lastTurn = 0;
  /** Milliseconds since the epoch; undefined before the first. */
  lastSuccessMs: number | undefined;
  lastFailureMs: number | undefined;
  /** By key; that of the whole account under {@linkcode WHOLE_ACCOUNT}. */
  readonly coolDowns = new Map<string, CoolDown>();

  constructor(account: PoolAccount) {
    this.account = account;
  }

  /** Whether it answers as many calls as it may. */
  get isFull(): boolean {
    return this.inFlight >= this.account.maxConcurrent;
  }

  /** Calls in flight for its weight. */
  get load(): number {
    return this.inFlight / this.account.weight;
  }

  /**
   * A call failed: starts or prolongs a cool-down.
   *
   * @returns The cool-down, and whether it is another rest now.
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

  /** Takes up what is left of a cool-down that was kept. */
  restore(kept: KeptCoolDown, left: { readonly lengthMs: number; readonly now: Moment }): void {
    const coolDown = new CoolDown(kept);
    coolDown.resume(kept, left);
    this.coolDowns.set(kept.cooldownKey, coolDown);
  }

  /** How it stands to calls of a key. */
  standing(key: string, nowMs: number): Standing {
    const gravity = this.coolDowns.size === 0 ? 0 : gravityOf(this.mostSevere(key, nowMs), nowMs);
    if (gravity === RESTS) return "resting";
    if (gravity === IS_PROBED || this.isFull) return "busy";
    return gravity === IS_LAST_RESORT ? "last-resort" : "ready";
  }

  /** The cool-down that counts for a key: of two, the more severe one, and of those the longer one. */
  mostSevere(key: string, nowMs: number): CoolDown | undefined {
    const whole = this.coolDowns.get(WHOLE_ACCOUNT);
    const own = this.coolDowns.get(key);
    if (whole === undefined || own === undefined) return whole ?? own;
    const difference = gravityOf(own, nowMs) - gravityOf(whole, nowMs);
    return difference > 0 || (difference === 0 && own.untilMs > whole.untilMs) ? own : whole;
  }

  /** The cool-downs that a call of a key finds out about: their time is over, but nobody knows. */
  tentative(key: string, nowMs: number): readonly CoolDown[] {
    if (this.coolDowns.size === 0) return NONE;
    return [this.coolDowns.get(WHOLE_ACCOUNT), this.coolDowns.get(key)]
      .filter((coolDown) => coolDown !== undefined)
      .filter((coolDown) => coolDown.state(nowMs) === "tentative");
  }

  /**
   * Makes room for one more: what is stale goes first, then what clients may have made up, then what
   * ends first.
   *
   * @returns False where there is none: a key that clients made up drives out no quota's rest.
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
  // Who was refused most likely still is: nobody waits to hear it.
  return coolDown.isRefusal ? RESTS : IS_PROBED;
}
