/**
 * The accounts that serve the same calls, ordered so that the next one is found without a linear search.
 *
 * @module
 */
import { AccountTier, type HeapName, type Orders, ordersOf } from "./account_tier.ts";
import type { Heap } from "./heap.ts";
import type { Member, Standing } from "../member.ts";
import type { Moment, MomentSource } from "../moment.ts";
import type { Offer, Offering } from "../offering.ts";
import { QueueEntry } from "./queue_entry.ts";
import type { Quotas } from "../quota/quotas.ts";
import type { PoolRequest } from "../selection.ts";
import type { Strategy } from "../strategy.ts";
import {
  MOST_LISTED,
  type Unavailable,
  type UnavailableAccount,
  unavailableEntry,
} from "../unavailable.ts";

/** Accounts that a queue does not have, since they can never serve its calls. */
export interface ExcludedAccounts {
  /** The first of them. */
  readonly first: readonly UnavailableAccount[];
  readonly count: number;
}

/** The options of an {@linkcode AccountQueue}. */
export interface QueueOptions {
  /** Which cool-downs apply; empty if only those of whole accounts do. */
  readonly cooldownKey: string;
  /** Which accounts are preferred; absent if none are. */
  readonly offering?: Offering | undefined;
  /** The accounts that serve the calls of the queue. */
  readonly members: readonly Member[];
  /** Default: none. */
  readonly excluded?: ExcludedAccounts;
  readonly strategy: Strategy;
  /** The accounts' quotas. Default: nothing is known about them. */
  readonly quotas?: Pick<Quotas, "lostAtMs" | "nowMs"> | undefined;
  readonly nowMs: number;
}

/** The accounts that a call can use, and those that it has tried. */
export type QueueRequest = Pick<PoolRequest, "tried" | "asks" | "isContinuation" | "pinnedTo">;

/**
 * The accounts of a queue, by their standing. If some accounts are known to offer the model, the queue
 * selects from these and from accounts about which nothing is known. If none of them is available, a call
 * tries at most one of the others, since the lists of models may be out of date.
 */
export class AccountQueue {
  readonly #options: QueueOptions;
  readonly #entries = new Map<Member, QueueEntry>();
  readonly #orders: Orders;
  readonly #tiers: Readonly<Record<Offer, AccountTier>>;
  /** The sets of tiers that calls use, created once and not for each call. */
  readonly #sets: Readonly<
    Record<"known" | "likely" | "equal" | "unknown" | "all", readonly AccountTier[]>
  >;
  /** The pass of the last selected account, by priority: see {@linkcode Contender.pass}. */
  readonly #passes = new Map<number, number>();
  /** Undefined after a change. */
  #unavailable: Unavailable | undefined;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#orders = ordersOf(options.strategy);
    this.#tiers = {
      yes: new AccountTier(this.#orders),
      unknown: new AccountTier(this.#orders),
      no: new AccountTier(this.#orders),
    };
    const { yes, unknown, no } = this.#tiers;
    this.#sets = {
      known: [yes],
      likely: [yes, unknown],
      equal: [unknown, no],
      unknown: [unknown],
      all: [yes, unknown, no],
    };
    for (const member of options.members) {
      const entry = new QueueEntry(member, this.#entries.size);
      this.#entries.set(member, entry);
      this.#place(entry, options.nowMs);
    }
  }

  /** How many accounts there are. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The entry of an account, as of its last update; undefined if the account does not serve the call, or
   * other accounts are preferred.
   */
  entryOf(member: Member, request: QueueRequest): QueueEntry | undefined {
    const entry = this.#entries.get(member);
    if (entry?.offer === undefined || request.isContinuation) return entry;
    if (request.pinnedTo !== undefined) return entry;
    return this.#tiersFor(request).includes(this.#tiers[entry.offer]) ? entry : undefined;
  }

  /** Updates the entries whose cool-down is over. */
  wake(nowMs: number): void {
    for (const tier of this.#sets.all) {
      if (tier.size === 0) continue;
      this.#wakeIn(tier.resting, nowMs);
      this.#wakeIn(tier.refused, nowMs);
      this.#wakeIn(tier.lastResort, nowMs);
      if (this.#options.strategy.isByQuota) this.#reorder(tier.ready, nowMs);
    }
  }

  /** Updates an account's entry after its load, its cool-downs or its list of models changed. */
  refresh(member: Member, nowMs: number): void {
    const entry = this.#entries.get(member);
    if (entry !== undefined) this.#place(entry, nowMs);
  }

  /** The next account: the first of those that are ready, otherwise a last-resort one. */
  next(request: QueueRequest): QueueEntry | undefined {
    const { tried, asks } = request;
    const known = asks === "known-first" ? firstBut(this.#tiers.yes.ready, tried) : undefined;
    return known ?? this.#first("ready", request) ?? this.#first("lastResort", request) ??
      this.#unlikely(request);
  }

  /**
   * The account whose cool-down ends first.
   *
   * @param barred Ids of accounts to leave out.
   */
  nearest(request: QueueRequest, barred: ReadonlySet<string>): QueueEntry | undefined {
    return this.#first("resting", { ...request, tried: barred });
  }

  /** The account whose cool-down ends first, of those that upstream refuses. */
  refused(request: QueueRequest): QueueEntry | undefined {
    return this.#first("refused", { ...request, tried: NONE });
  }

  /** How many accounts are busy. */
  busy(request: QueueRequest): number {
    return this.#tiersFor(request).reduce((count, { busy }) => count + busy.size, 0);
  }

  /** The accounts that are not available. The same object until one of them changes. */
  unavailable(moments: Pick<MomentSource, "now">): Unavailable {
    return this.#unavailable ??= this.#listUnavailable(moments.now());
  }

  #listUnavailable(now: Moment): Unavailable {
    const { excluded, cooldownKey, members: serving, strategy } = this.#options;
    const { yes, unknown, no } = this.#tiers;
    const unlisted = yes.size > 0 ? no.ready.items : [];
    const accounts: UnavailableAccount[] = [];
    for (const entries of [yes.blocked(), unknown.blocked(), no.blocked(), unlisted]) {
      for (const entry of entries) {
        if (accounts.length >= MOST_LISTED) break;
        accounts.push(unavailableEntry(entry, { cooldownKey, now }));
      }
    }
    const blocked = serving.length + (excluded?.count ?? 0) -
      [yes, unknown, no].reduce((count, { ready }) => count + ready.size, 0) + unlisted.length;
    accounts.push(...(excluded?.first ?? []).slice(0, MOST_LISTED - accounts.length));
    return { accounts, more: blocked - accounts.length, serving, strategy };
  }

  /** Counts the selection of an account by {@linkcode next}. */
  tookTurn(entry: QueueEntry, turn: number): void {
    // An account that was unavailable does not make up for the turns that it missed.
    entry.pass = Math.max(entry.pass, this.#passOf(entry));
    this.#passes.set(entry.priority, entry.pass);
    this.#used(entry, turn);
  }

  /** Counts the selection of an account for another reason, such as its conversation: as one turn. */
  tookCall(entry: QueueEntry, turn: number): void {
    entry.pass = Math.max(entry.pass - 1 / entry.member.account.weight, this.#passOf(entry));
    this.#used(entry, turn);
  }

  #wakeIn(heap: Heap<QueueEntry>, nowMs: number): void {
    for (let { first } = heap; first !== undefined; first = heap.first) {
      if (first.untilMs > nowMs) return;
      this.#place(first, nowMs);
    }
  }

  /** Updates the first accounts of a heap whose quota was reset. */
  #reorder(ready: Heap<QueueEntry>, nowMs: number): void {
    const wallMs = this.#options.quotas?.nowMs ?? 0;
    for (let { first } = ready; first !== undefined; first = ready.first) {
      const { lostAtMs } = first;
      if (lostAtMs > wallMs) return;
      this.#place(first, nowMs);
      // The wall clock was set back meanwhile.
      if (first.lostAtMs === lostAtMs) return;
    }
  }

  #used(entry: QueueEntry, turn: number): void {
    entry.pass += 1 / entry.member.account.weight;
    entry.lastTurn = turn;
    const ready = this.#tierOf(entry)?.ready;
    if (ready?.has(entry)) ready.update(entry);
  }

  #passOf(entry: QueueEntry): number {
    return this.#passes.get(entry.priority) ?? 0;
  }

  #tierOf({ offer }: QueueEntry): AccountTier | undefined {
    return offer && this.#tiers[offer];
  }

  /** The tiers that a call can use. */
  #tiersFor({ asks }: Pick<QueueRequest, "asks">): readonly AccountTier[] {
    const { yes, no } = this.#tiers;
    if (asks === "known-only") return this.#sets.known;
    if (yes.size > 0) return this.#sets.likely;
    return no.size > 0 ? this.#sets.equal : this.#sets.unknown;
  }

  /** The first entry of the heaps with that name, without accounts that were tried. */
  #first(name: HeapName, request: QueueRequest): QueueEntry | undefined {
    let first: QueueEntry | undefined;
    for (const tier of this.#tiersFor(request)) {
      const entry = firstBut(tier[name], request.tried);
      if (entry === undefined) continue;
      if (first === undefined || this.#orders[name](entry, first)) first = entry;
    }
    return first;
  }

  /**
   * An account that does not offer the model according to its list. A call tries only one of them, and
   * none for which an earlier call confirmed that it does not know the model.
   */
  #unlikely({ tried, asks }: QueueRequest): QueueEntry | undefined {
    const { yes, no } = this.#tiers;
    if (yes.size === 0 || no.size === 0 || asks === "known-only") return undefined;
    for (const id of tried) if (this.#options.offering?.of(id) === "no") return undefined;
    const entry = no.ready.first ?? no.lastResort.first;
    return entry?.restsFor === "unknown-model" ? undefined : entry;
  }

  /** Moves an entry to the tier and heap for its standing and its offer. */
  #place(entry: QueueEntry, nowMs: number): void {
    const { cooldownKey, strategy, offering, quotas } = this.#options;
    const { member } = entry;
    const standing = member.standing(cooldownKey, nowMs);
    const offer = offering?.of(member.account.id) ?? "unknown";
    const tier = this.#tiers[offer];
    const lostAtMs = strategy.isByQuota
      ? quotas?.lostAtMs(member.account.id, cooldownKey) ?? Infinity
      : Infinity;
    if (standing === "ready" && tier.ready.has(entry)) {
      if (entry.load === member.load && entry.lostAtMs === lostAtMs) return;
      entry.load = member.load;
      entry.lostAtMs = lostAtMs;
      if (strategy.isByLoad || strategy.isByQuota) tier.ready.update(entry);
      return;
    }
    this.#unavailable = undefined;
    this.#tierOf(entry)?.take(entry);
    const isAvailable = standing === "ready" || standing === "busy";
    const coolDown = isAvailable ? undefined : member.mostSevere(cooldownKey, nowMs);
    entry.offer = offer;
    entry.standing = standing;
    entry.load = member.load;
    entry.lostAtMs = lostAtMs;
    entry.restsFor = coolDown?.kind;
    entry.untilMs = coolDown?.state(nowMs) === "resting" ? coolDown.untilMs : Infinity;
    tier.put(entry, coolDown?.isRefusal && standing === "resting" ? "refused" : HEAPS[standing]);
  }
}

/** The heap of a tier by standing; none for busy accounts. */
const HEAPS: Readonly<Record<Standing, HeapName | undefined>> = {
  "ready": "ready",
  "last-resort": "lastResort",
  "busy": undefined,
  "resting": "resting",
};

const NONE: ReadonlySet<string> = new Set();

function firstBut(
  heap: Heap<QueueEntry>,
  barred: ReadonlySet<string>,
): QueueEntry | undefined {
  const { first } = heap;
  if (first === undefined || !barred.has(first.member.account.id)) return first;
  // A call has tried few accounts, so it is cheap to remove them and add them again.
  heap.remove(first);
  const found = firstBut(heap, barred);
  heap.add(first);
  return found;
}
