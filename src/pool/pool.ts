/**
 * Which account answers. Pure state: events go in, decisions come out; time is handed in.
 *
 * @module
 */
import type { Affinity } from "./affinity.ts";
import type { Choice } from "./choice.ts";
import type { Clock } from "./clock.ts";
import type { CoolDown, KeptCoolDown } from "./cool_down.ts";
import type { Failure } from "./failure.ts";
import { GRACE_MS } from "./grace.ts";
import type { Lane, LaneEntry } from "./lane.ts";
import { Lanes } from "./lanes.ts";
import { Lease } from "./lease.ts";
import { Member, WHOLE_ACCOUNT } from "./member.ts";
import type { PoolAccount } from "./pool_account.ts";
import { type AccountSnapshot, snapshotOf } from "./snapshot.ts";
import { type Strategy, type StrategyName, strategyNamed } from "./strategy.ts";
import { type Place, WaitingLine } from "./waiting_line.ts";
import type { Wish } from "./wish.ts";

/** Cool-downs shorter than this, in ms, are not kept: a restart takes as long. */
const WORTH_KEEPING_MS = 5000;

/** Where cool-downs are written behind, so that a restarted gateway keeps them. */
export interface CoolDownSink {
  /** A cool-down began or was prolonged. */
  cool(coolDown: KeptCoolDown): void;
  /** One ended before its time. `model` is empty for that of a whole account. */
  heal(accountId: string, model: string): void;
}

/** What a {@linkcode Pool} is made of. */
export interface PoolOptions {
  readonly clock: Clock;
  readonly affinity: Affinity;
  readonly coolDownSink: CoolDownSink;
  readonly strategy: StrategyName;
  /** Most calls that wait for a busy account. */
  readonly maxWaiting: number;
}

/** Chooses accounts and remembers how they fared. */
export class Pool {
  readonly #clock: Clock;
  readonly #affinity: Affinity;
  readonly #sink: CoolDownSink;
  #strategy: Strategy;
  readonly #line: WaitingLine;
  #lanes: Lanes;
  readonly #members = new Map<string, Member>();
  /** Cool-downs that were kept, of accounts that are not there yet. */
  #kept: readonly KeptCoolDown[] = [];
  #turn = 0;

  constructor(options: PoolOptions) {
    this.#clock = options.clock;
    this.#affinity = options.affinity;
    this.#sink = options.coolDownSink;
    this.#strategy = strategyNamed(options.strategy);
    this.#line = new WaitingLine(options.maxWaiting);
    this.#lanes = new Lanes(this.#strategy);
  }

  /** Spreads calls another way from now on; those in flight and in line stay where they are. */
  change({ strategy, maxWaiting }: Pick<PoolOptions, "strategy" | "maxWaiting">): void {
    this.#line.most = maxWaiting;
    if (strategyNamed(strategy) === this.#strategy) return;
    this.#strategy = strategyNamed(strategy);
    this.#lanes = new Lanes(this.#strategy);
    this.#lanes.reset([...this.#members.values()]);
  }

  /** Takes up cool-downs that were kept; to be called before there are accounts. */
  restore(coolDowns: readonly KeptCoolDown[]): void {
    this.#kept = coolDowns;
  }

  /**
   * Sets which accounts there are. What is known of those that stay is kept. An account in `changed`
   * starts anew: its cool-downs belonged to its old credential.
   *
   * @param accounts All enabled accounts.
   * @param changed The ids of those of them that were edited.
   */
  setAccounts(accounts: readonly PoolAccount[], changed: ReadonlySet<string> = new Set()): void {
    const gone = new Map(this.#members);
    this.#members.clear();
    for (const account of accounts) {
      const member = gone.get(account.id) ?? new Member(account);
      if (changed.has(account.id) && gone.has(account.id)) this.#forgetCoolDowns(member);
      gone.delete(account.id);
      member.account = account;
      this.#members.set(account.id, member);
    }
    for (const member of gone.values()) this.#forgetCoolDowns(member);
    for (const kept of this.#kept) this.#members.get(kept.accountId)?.restore(kept);
    this.#kept = [];
    this.#lanes.reset([...this.#members.values()]);
    this.#line.serve((place) => this.#serve(place));
  }

  /**
   * Chooses an account: the conversation's own where the strategy keeps to it, else the one whose turn
   * it is, of the highest priority, that neither cools nor is busy nor was tried; those that failed in
   * passing come last.
   *
   * A lease has to be disposed of when its call is over.
   */
  choose(wish: Wish): Choice {
    const nowMs = Math.max(this.#clock.now(), wish.notBeforeMs ?? 0);
    const lane = this.#lanes.for(wish.model, nowMs);
    lane.wake(nowMs);
    const own = this.#ownEntry(wish, lane);
    if (own !== undefined) {
      const choice = this.#chooseOwn(own, wish, { lane, nowMs });
      if (choice !== undefined) return choice;
    }
    const next = lane.next(wish.tried);
    if (next === undefined) return this.#nobody(wish, lane, nowMs);
    lane.tookTurn(next, ++this.#turn);
    return { type: "account", lease: this.#lease(next, wish, nowMs) };
  }

  /**
   * Lets a call wait in line that was told "busy".
   *
   * @param place `onTurn` is called at most once, and not before this method is left.
   * @returns False when the line is full.
   */
  wait(place: Place): boolean {
    return this.#line.join(place);
  }

  /** A call does not wait any longer. */
  leave(place: Place): void {
    this.#line.leave(place);
  }

  /** A call was answered: whatever the account was thought to lack, it has it. */
  succeeded(lease: Lease): void {
    const { member, model } = lease;
    const nowMs = this.#clock.now();
    member.lastSuccessMs = nowMs;
    if (member.coolDowns.size === 0) return;
    this.#heal(member, WHOLE_ACCOUNT, nowMs);
    this.#heal(member, model, nowMs);
    this.#changed(member, nowMs);
  }

  /** A call failed, and is over: rests what has to rest and lets the conversation move on. */
  failed(lease: Lease, failure: Failure): void {
    const { member } = lease;
    const nowMs = this.#clock.now();
    member.lastFailureMs = nowMs;
    const model = failure.kind === "refused" ? WHOLE_ACCOUNT : lease.model;
    const coolDown = member.cool(model, failure, nowMs);
    this.#lanes.setApart(model);
    if (lease.session !== undefined && !this.#isWorthWaitingFor(coolDown, nowMs)) {
      this.#affinity.unbind(lease.session, member.account.id);
    }
    if (!coolDown.isSoft && coolDown.untilMs - nowMs >= WORTH_KEEPING_MS && this.#knows(member)) {
      const { kind, untilMs, reason, isLadders } = coolDown;
      const step = isLadders ? coolDown.step : 0;
      this.#sink.cool({ accountId: member.account.id, model, kind, untilMs, reason, step });
    }
    lease[Symbol.dispose]();
    this.#lanes.refresh(member, nowMs);
  }

  /** Takes up a cool-down that another gateway found out about; one that lasts longer stays. */
  adopt(kept: KeptCoolDown): void {
    const member = this.#members.get(kept.accountId);
    const known = member?.coolDowns.get(kept.model);
    if (member === undefined || (known !== undefined && known.untilMs >= kept.untilMs)) return;
    member.restore(kept);
    this.#lanes.setApart(kept.model);
    this.#lanes.refresh(member, this.#clock.now());
  }

  /** Another gateway found out that a cool-down is over. `model` is empty for that of an account. */
  adoptHealing(accountId: string, model: string): void {
    const member = this.#members.get(accountId);
    const known = member?.coolDowns.get(model);
    if (member === undefined || known === undefined || known.isSoft) return;
    member.coolDowns.delete(model);
    this.#changed(member, this.#clock.now());
  }

  /** A call is over; {@linkcode Lease} says so by itself. */
  release(lease: Lease): void {
    const { member, probed } = lease;
    member.inFlight--;
    for (const coolDown of probed) coolDown.probes--;
    const { maxConcurrent } = member.account;
    const wasFull = member.inFlight + 1 >= maxConcurrent;
    if (wasFull || probed.length > 0 || this.#strategy.minds === "load") {
      this.#changed(member, this.#clock.now());
    }
  }

  /** How every account stands, in the order of the accounts. */
  snapshot(): readonly AccountSnapshot[] {
    const nowMs = this.#clock.now();
    return [...this.#members.values()].map((member) => snapshotOf(member, nowMs));
  }

  /** How many calls wait for a busy account. */
  get waiting(): number {
    return this.#line.length;
  }

  #ownEntry(wish: Wish, lane: Lane): LaneEntry | undefined {
    if (wish.session === undefined) return undefined;
    if (!this.#strategy.isSticky && !wish.isContinuation) return undefined;
    const member = this.#members.get(this.#affinity.get(wish.session) ?? "");
    return member && lane.entryOf(member);
  }

  #chooseOwn(
    entry: LaneEntry,
    wish: Wish,
    so: { readonly lane: Lane; readonly nowMs: number },
  ): Choice | undefined {
    const { nowMs } = so;
    const { id: accountId } = entry.member.account;
    const wasTried = wish.tried.has(accountId);
    if (entry.standing === "ready" && !wasTried) {
      so.lane.tookCall(entry, ++this.#turn);
      return { type: "account", lease: this.#lease(entry, wish, nowMs) };
    }
    if (!this.#strategy.isPatient && !wish.isContinuation) return undefined;
    const { untilMs } = entry;
    if (entry.standing === "resting") {
      const isBarred = wasTried && !entry.member.gravest(wish.model, nowMs)?.isBrief;
      return !isBarred && untilMs <= wish.patienceUntilMs
        ? { type: "wait", accountId, untilMs }
        : undefined;
    }
    const canWait = entry.standing === "busy" && !wasTried && wish.patienceUntilMs > nowMs;
    return canWait ? { type: "busy", accountId, untilMs: Infinity } : undefined;
  }

  #lease(entry: LaneEntry, wish: Wish, nowMs: number): Lease {
    const { member } = entry;
    const { model, session } = wish;
    const probed = member.tentative(model, nowMs);
    for (const coolDown of probed) coolDown.probes++;
    member.inFlight++;
    member.lastTurn = this.#turn;
    // Bound at once, not on success: two calls of one new conversation must not part.
    if (session !== undefined) this.#affinity.bind(session, member.account.id);
    if (member.isFull || probed.length > 0 || this.#strategy.minds === "load") {
      this.#lanes.refresh(member, nowMs);
    }
    return new Lease(this, { member, model, session, probed });
  }

  #nobody(wish: Wish, lane: Lane, nowMs: number): Choice {
    if (lane.size === 0) return this.#members.size === 0 ? { type: "empty" } : { type: "unserved" };
    let busy = lane.busy;
    let isTriedOnly = false;
    /** Tried, and at rest for longer than the grace: not for this call any more. */
    const barred = new Set<string>();
    for (const id of wish.tried) {
      const member = this.#members.get(id);
      const standing = member && lane.entryOf(member)?.standing;
      if (standing === "busy") busy--;
      if (standing !== undefined && standing !== "resting") isTriedOnly = true;
      if (!member?.gravest(wish.model, nowMs)?.isBrief) barred.add(id);
    }
    const nearest = lane.nearest(barred);
    if (busy > 0) {
      return { type: "busy", accountId: undefined, untilMs: nearest?.untilMs ?? Infinity };
    }
    if (nearest !== undefined && nearest.untilMs - nowMs <= GRACE_MS) {
      return { type: "wait", accountId: nearest.member.account.id, untilMs: nearest.untilMs };
    }
    const first = lane.nearest(NONE);
    if (isTriedOnly || first === undefined) return { type: "tried" };
    const { untilMs, member } = first;
    return { type: "cooling", untilMs, reason: member.gravest(wish.model, nowMs)?.reason ?? "" };
  }

  /** An account's load or cool-downs have changed: others may now have their turn. */
  #changed(member: Member, nowMs: number): void {
    this.#lanes.refresh(member, nowMs);
    if (this.#line.length > 0) this.#line.serve((place) => this.#serve(place, member));
  }

  #serve({ wish, accountId }: Place, freed?: Member): Lease | undefined {
    const nowMs = this.#clock.now();
    const lane = this.#lanes.for(wish.model, nowMs);
    lane.wake(nowMs);
    const only = accountId === undefined ? freed : this.#members.get(accountId);
    if (freed !== undefined && only !== freed) return undefined;
    const entry = only === undefined ? lane.next(wish.tried) : lane.entryOf(only);
    if (entry?.standing !== "ready" || wish.tried.has(entry.member.account.id)) return undefined;
    lane.tookCall(entry, ++this.#turn);
    return this.#lease(entry, wish, nowMs);
  }

  /** A cool-down whose account the conversation stays with, since it is back in a moment. */
  #isWorthWaitingFor(coolDown: CoolDown, nowMs: number): boolean {
    return this.#strategy.isPatient && !coolDown.isSoft && coolDown.untilMs - nowMs <= GRACE_MS;
  }

  #heal(member: Member, model: string, nowMs: number): void {
    const coolDown = member.coolDowns.get(model);
    if (coolDown === undefined) return;
    // Upstream's own delay holds, whatever a call that began before it still gets.
    if (coolDown.state(nowMs) === "resting" && !coolDown.isSoft) return;
    member.coolDowns.delete(model);
    if (!coolDown.isSoft) this.#sink.heal(member.account.id, model);
  }

  #forgetCoolDowns(member: Member): void {
    for (const model of member.coolDowns.keys()) this.#sink.heal(member.account.id, model);
    member.coolDowns.clear();
  }

  #knows(member: Member): boolean {
    return this.#members.get(member.account.id) === member;
  }
}

const NONE: ReadonlySet<string> = new Set();
