/**
 * Selects the account for each call. Holds state only: it does no I/O, and its clock is injected.
 *
 * @module
 */
import type { Affinity } from "./sessions/affinity.ts";
import type { CoolDownSink, PoolOptions } from "./pool_options.ts";
import type { AccountSelection, PoolRequest, Selection } from "./selection.ts";
import { type KeptCoolDown, remainingMs } from "./cool_downs/cool_down.ts";
import type { Failure } from "./cool_downs/failure.ts";
import type { AccountQueue } from "./queues/account_queue.ts";
import { AccountQueues } from "./queues/account_queues.ts";
import { boundSelection, canServe } from "./bound_account.ts";
import { Lease } from "./lease.ts";
import { Member, WHOLE_ACCOUNT } from "./member.ts";
import { MomentSource } from "./moment.ts";
import { noSelection } from "./no_selection.ts";
import type { PoolAccount } from "./pool_account.ts";
import type { QueueEntry } from "./queues/queue_entry.ts";
import { type AccountSnapshot, snapshotOf } from "./snapshot.ts";
import { type Strategy, strategyNamed } from "./strategy.ts";
import type { Quotas } from "./quota/quotas.ts";
import { type Place, WaitingLine } from "./queues/waiting_line.ts";
import type { Unavailable } from "./unavailable.ts";

/** Selects accounts, and records their successes and failures. */
export class Pool {
  readonly #moments: MomentSource;
  readonly #affinity: Affinity;
  readonly #sink: CoolDownSink;
  readonly #quotas: Quotas | undefined;
  #strategy: Strategy;
  readonly #line: WaitingLine;
  #queues: AccountQueues;
  readonly #members = new Map<string, Member>();
  /** Stored cool-downs, until {@linkcode setAccounts} adds their accounts. */
  #kept: KeptCoolDown[] = [];
  #turn = 0;

  constructor(options: PoolOptions) {
    this.#moments = new MomentSource(options.clock);
    this.#affinity = options.affinity;
    this.#sink = options.coolDownSink;
    this.#quotas = options.quotas;
    this.#strategy = strategyNamed(options.strategy);
    this.#line = new WaitingLine(options.maxWaiting);
    this.#queues = new AccountQueues(this.#strategy, this.#quotas);
  }

  /** Changes the strategy; calls in flight and waiting calls are not affected. */
  change({ strategy, maxWaiting }: Pick<PoolOptions, "strategy" | "maxWaiting">): void {
    this.#line.most = maxWaiting;
    if (strategyNamed(strategy) === this.#strategy) return;
    this.#strategy = strategyNamed(strategy);
    this.#queues = new AccountQueues(this.#strategy, this.#quotas);
    this.#queues.reset([...this.#members.values()]);
  }

  /** Restores stored cool-downs. Must be called before there are accounts, any number of times. */
  restore(coolDowns: readonly KeptCoolDown[]): void {
    for (const coolDown of coolDowns) this.#kept.push(coolDown);
  }

  /**
   * Replaces the accounts. Accounts that remain keep their state. The cool-downs of an account in `changed`
   * are deleted, since they belonged to its old credential.
   *
   * @param accounts All enabled accounts.
   * @param changed The ids of those that were edited.
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
    for (const kept of this.#kept) this.#resume(kept);
    this.#kept = [];
    this.#queues.reset([...this.#members.values()]);
    this.#line.serve((place) => this.#serve(place));
  }

  /**
   * Selects an account: the one that the call is pinned to, or the conversation's account if the strategy
   * is sticky. Otherwise the next account of the highest priority that is not in a cool-down, not busy and
   * was not tried. Accounts with a transient failure come last.
   *
   * The caller must dispose of the lease when the call is over.
   */
  choose(request: PoolRequest): Selection {
    const resting = request.usedWith === undefined ? [] : this.#restingFor(request.usedWith);
    if (resting.length > 0) {
      const choice = this.#choose({ ...request, tried: new Set([...request.tried, ...resting]) });
      if (choice.type === "account") return { ...choice, avoided: resting };
    }
    return this.#choose(request);
  }

  #choose(request: PoolRequest): Selection {
    this.#noticeClockSet();
    const nowMs = Math.max(this.#moments.ms(), request.notBeforeMs ?? 0);
    const queue = this.#queues.for(request, nowMs);
    const boundId = request.pinnedTo ?? this.#boundId(request);
    const member = boundId === undefined ? undefined : this.#members.get(boundId);
    const bound = member && queue.entryOf(member, request);
    const choice = boundSelection(bound, request, { strategy: this.#strategy, nowMs });
    if (choice === "take" && bound !== undefined) {
      queue.tookCall(bound, ++this.#turn);
      const by = request.pinnedTo === undefined ? "conversation" : "owner";
      return this.#selected(this.#lease(bound, request, nowMs), { by, left: undefined, queue });
    }
    if (typeof choice === "object") return choice;
    const next = queue.next(request);
    if (next === undefined) return noSelection(request, queue, { members: this.#members, nowMs });
    queue.tookTurn(next, ++this.#turn);
    return this.#selected(this.#lease(next, request, nowMs), { by: "turn", left: boundId, queue });
  }

  #selected(
    lease: Lease,
    { by, left, queue }: Pick<AccountSelection, "by" | "left"> & { readonly queue: AccountQueue },
  ): AccountSelection {
    return { type: "account", lease, by, left, unavailable: queue.unavailable(this.#moments) };
  }

  /** The accounts that are not available to a call, for display. */
  unavailableTo(request: PoolRequest): Unavailable {
    return this.#queues.for(request, this.#moments.ms()).unavailable(this.#moments);
  }

  /**
   * Adds a call to the queue after {@linkcode choose} returned "busy".
   *
   * @param place `onTurn` is called at most once, and not before this method returns.
   * @returns False if the queue is full.
   */
  wait(place: Place): boolean {
    return this.#line.join(place);
  }

  /** Removes a call from the queue. */
  leave(place: Place): void {
    this.#line.leave(place);
  }

  /** Records a successful call, which ends the account's soft and tentative cool-downs. */
  succeeded(lease: Lease): void {
    const { member, cooldownKey } = lease;
    const { ms: nowMs, wallMs } = this.#moments.now();
    member.lastSuccessMs = wallMs;
    if (member.coolDowns.size === 0) return;
    this.#heal(member, WHOLE_ACCOUNT, nowMs);
    this.#heal(member, cooldownKey, nowMs);
    this.#changed(member, nowMs);
  }

  /**
   * Records a failed attempt and ends its lease. Starts a cool-down, and unbinds the conversation unless the
   * cool-down is short.
   */
  failed(lease: Lease, failure: Failure): void {
    const { member } = lease;
    const now = this.#moments.now();
    member.lastFailureMs = now.wallMs;
    const isWhole = failure.kind === "refused" || failure.isWholeAccount === true;
    const key = isWhole ? WHOLE_ACCOUNT : lease.cooldownKey;
    const { coolDown, isNew } = member.cool(key, failure, now);
    this.#quotas?.refused(member.account.id, failure, key);
    this.#queues.setApart(key);
    const staysBound = this.#strategy.isPatient && coolDown.isWorthWaitingFor(now.ms);
    if (lease.session !== undefined && !staysBound) {
      this.#affinity.unbind(lease.session, member.account.id);
    }
    if (
      isNew && coolDown.isWorthKeeping(now.ms) && this.#members.get(member.account.id) === member
    ) {
      this.#sink.cool(coolDown.kept(member.account.id, key));
    }
    lease[Symbol.dispose]();
    this.#queues.refresh(member, now.ms);
  }

  /**
   * Records what a request that belongs to no call, such as one for a list, showed about a whole account.
   *
   * @param failure Undefined if the request succeeded, which ends a soft cool-down of the whole account.
   */
  observed(accountId: string, failure: Failure | undefined): void {
    const member = this.#members.get(accountId);
    if (member === undefined) return;
    const now = this.#moments.now();
    if (failure !== undefined) {
      member.cool(WHOLE_ACCOUNT, failure, now);
      this.#queues.refresh(member, now.ms);
    } else if (member.coolDowns.get(WHOLE_ACCOUNT)?.isSoft) {
      member.coolDowns.delete(WHOLE_ACCOUNT);
      this.#changed(member, now.ms);
    }
  }

  /**
   * Applies a cool-down that another gateway has just begun, unless the present one lasts longer. It starts
   * now, since the clock of the other machine may be wrong.
   */
  adopt(kept: KeptCoolDown): void {
    this.#takeUp(kept, kept.lengthMs);
  }

  /** Applies the remaining time of a cool-down that another gateway began some time ago. */
  adoptOld(kept: KeptCoolDown): void {
    this.#takeUp(kept, remainingMs(kept, this.#moments.now().wallMs));
  }

  #takeUp(kept: KeptCoolDown, lengthMs: number): void {
    const member = this.#members.get(kept.accountId);
    if (member === undefined || lengthMs <= 0) return;
    const now = this.#moments.now();
    const known = member.coolDowns.get(kept.cooldownKey);
    if (known !== undefined) {
      // A repeated notification, or one of this gateway's own cool-downs: the first start applies.
      if (known.writtenUntilMs === kept.startMs + kept.lengthMs) return;
      if (known.untilMs >= now.ms + lengthMs) return;
    }
    member.restore(kept, { lengthMs, now });
    this.#queues.setApart(kept.cooldownKey);
    this.#queues.refresh(member, now.ms);
  }

  /** Must be called when an account's list of models has changed. */
  offersChanged(accountId: string): void {
    const member = this.#members.get(accountId);
    if (member !== undefined) this.#changed(member, this.#moments.ms());
  }

  /** Ends a cool-down that another gateway has ended. `cooldownKey` is empty for a whole account. */
  adoptHealing(accountId: string, cooldownKey: string): void {
    const member = this.#members.get(accountId);
    const known = member?.coolDowns.get(cooldownKey);
    if (member === undefined || known === undefined || known.isSoft) return;
    member.coolDowns.delete(cooldownKey);
    this.#changed(member, this.#moments.ms());
  }

  /** Ends a lease; called by {@linkcode Lease} itself. */
  release(lease: Lease): void {
    const { member, probed } = lease;
    member.inFlight--;
    for (const coolDown of probed) coolDown.probes--;
    const wasFull = member.inFlight + 1 >= member.account.maxConcurrent;
    if (wasFull || probed.length > 0 || this.#strategy.isByLoad) {
      this.#changed(member, this.#moments.ms());
    }
  }

  /** The state of every account, in the order of the accounts. */
  snapshot(): readonly AccountSnapshot[] {
    this.#noticeClockSet();
    const now = this.#moments.now();
    return [...this.#members.values()].map((member) => snapshotOf(member, now));
  }

  /** How many calls wait for a busy account. */
  get waiting(): number {
    return this.#line.length;
  }

  #restingFor(key: string): readonly string[] {
    const nowMs = this.#moments.ms();
    return [...this.#members.values()].filter((member) => member.standing(key, nowMs) === "resting")
      .map(({ account }) => account.id);
  }

  /** The conversation's account, if the call should go there. */
  #boundId(request: PoolRequest): string | undefined {
    const { session, isContinuation, isSticky = this.#strategy.isSticky } = request;
    if (session === undefined || !(isSticky || isContinuation)) return undefined;
    return this.#affinity.get(session);
  }

  #lease(entry: QueueEntry, request: PoolRequest, nowMs: number): Lease {
    const { member } = entry;
    const { cooldownKey, session } = request;
    const probed = member.tentative(cooldownKey, nowMs);
    for (const coolDown of probed) coolDown.probes++;
    member.inFlight++;
    member.lastTurn = this.#turn;
    // Bound now and not on success: two first calls of a conversation must use the same account.
    if (session !== undefined) this.#affinity.bind(session, member.account.id);
    if (member.isFull || probed.length > 0 || this.#strategy.isByLoad) {
      this.#queues.refresh(member, nowMs);
    }
    return new Lease(this, { member, cooldownKey, session, probed });
  }

  /** Updates the queues after an account's load or cool-downs changed, and serves waiting calls. */
  #changed(member: Member, nowMs: number): void {
    this.#queues.refresh(member, nowMs);
    if (this.#line.length > 0) this.#line.serve((place) => this.#serve(place, member));
  }

  #serve({ request, accountId }: Place, freed?: Member): Lease | undefined {
    const nowMs = this.#moments.ms();
    const queue = this.#queues.for(request, nowMs);
    const only = accountId === undefined ? freed : this.#members.get(accountId);
    if (freed !== undefined && only !== freed) return undefined;
    const entry = only === undefined ? queue.next(request) : queue.entryOf(only, request);
    if (entry === undefined || !canServe(entry, request)) return undefined;
    queue.tookCall(entry, ++this.#turn);
    return this.#lease(entry, request, nowMs);
  }

  #heal(member: Member, key: string, nowMs: number): void {
    const coolDown = member.coolDowns.get(key);
    if (coolDown === undefined) return;
    // A delay that upstream stated still applies if a call that began earlier succeeds.
    if (coolDown.state(nowMs) === "resting" && !coolDown.isSoft) return;
    member.coolDowns.delete(key);
    if (!coolDown.isSoft) this.#sink.heal(member.account.id, key);
  }

  /** Restores the remaining time of a stored cool-down; deletes one that is over from the store. */
  #resume(kept: KeptCoolDown): void {
    const member = this.#members.get(kept.accountId);
    if (member === undefined) return;
    const now = this.#moments.now();
    const lengthMs = remainingMs(kept, now.wallMs);
    if (lengthMs > 0) member.restore(kept, { lengthMs, now });
    else this.#sink.heal(kept.accountId, kept.cooldownKey);
  }

  /** If the wall clock was set, computes the ends of all cool-downs again. */
  #noticeClockSet(): void {
    const { seenMs } = this.#moments;
    if (!this.#moments.wasSet()) return;
    const now = this.#moments.now();
    for (const member of this.#members.values()) member.wallClockSet(now, seenMs);
    this.#queues.lookAgain();
  }

  #forgetCoolDowns(member: Member): void {
    for (const key of member.coolDowns.keys()) this.#sink.heal(member.account.id, key);
    member.coolDowns.clear();
  }
}
