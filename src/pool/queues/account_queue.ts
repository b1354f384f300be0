/**
 * The accounts that serve the same calls, sorted so that the next one is known without looking at each.
 *
 * @module
 */
import { AccountTier, type HeapName, type Orders, ordersOf } from "./account_tier.ts";
import type { Heap } from "./heap.ts";
import type { Member, Standing } from "../member.ts";
import type { Offer, Offering } from "../offering.ts";
import { QueueEntry } from "./queue_entry.ts";
import type { PoolRequest } from "../selection.ts";
import type { Strategy } from "../strategy.ts";

/** What a queue is made of. */
export interface QueueOptions {
  /** Which cool-downs count; empty where only those of whole accounts do. */
  readonly cooldownKey: string;
  /** Which accounts come first; absent where none is to be preferred. */
  readonly offering?: Offering | undefined;
  /** Those that serve the calls of the queue. */
  readonly members: Iterable<Member>;
  readonly strategy: Strategy;
  readonly nowMs: number;
}

/** Which accounts a call is for, and those that it has tried. */
export type QueueRequest = Pick<PoolRequest, "tried" | "asks" | "isContinuation" | "pinnedTo">;

/**
 * The accounts of a queue, by how they stand. Where some are known to offer what is asked for, the queue
 * is of these and of those of whom nothing is known; the others are asked once in a call at most, when none
 * of these can answer, since what is known may be out of date.
 */
export class AccountQueue {
  readonly #options: QueueOptions;
  readonly #entries = new Map<Member, QueueEntry>();
  readonly #orders: Orders;
  readonly #tiers: Readonly<Record<Offer, AccountTier>>;
  /** The tiers that calls are for; nothing is to be made of them for each call. */
  readonly #sets: Readonly<
    Record<"known" | "likely" | "equal" | "unknown" | "all", readonly AccountTier[]>
  >;
  /** How far each priority's accounts have come in turn. */
  readonly #passes = new Map<number, number>();

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
   * How an account stands, as of the last look; undefined where it does not serve the call, or others are
   * to be asked.
   */
  entryOf(member: Member, request: QueueRequest): QueueEntry | undefined {
    const entry = this.#entries.get(member);
    if (entry?.offer === undefined || request.isContinuation) return entry;
    if (request.pinnedTo !== undefined) return entry;
    return this.#tiersFor(request).includes(this.#tiers[entry.offer]) ? entry : undefined;
  }

  /** Looks again at those whose rest is over by now. */
  wake(nowMs: number): void {
    for (const tier of this.#sets.all) {
      if (tier.size === 0) continue;
      this.#wakeIn(tier.resting, nowMs);
      this.#wakeIn(tier.refused, nowMs);
      this.#wakeIn(tier.lastResort, nowMs);
    }
  }

  /** An account's load or cool-downs have changed, or what is known of what it offers. */
  refresh(member: Member, nowMs: number): void {
    const entry = this.#entries.get(member);
    if (entry !== undefined) this.#place(entry, nowMs);
  }

  /** The account whose turn it is, of those that can answer; else a last-resort one. */
  next(request: QueueRequest): QueueEntry | undefined {
    const { tried, asks } = request;
    const known = asks === "known-first" ? firstBut(this.#tiers.yes.ready, tried) : undefined;
    return known ?? this.#first("ready", request) ?? this.#first("lastResort", request) ??
      this.#unlikely(request);
  }

  /** The account that is back first, of those that rest and are worth waiting for, but for some. */
  nearest(request: QueueRequest, barred: ReadonlySet<string>): QueueEntry | undefined {
    return this.#first("resting", { ...request, tried: barred });
  }

  /** The account that is asked again first, of those that are refused. */
  refused(request: QueueRequest): QueueEntry | undefined {
    return this.#first("refused", { ...request, tried: NONE });
  }

  /** How many accounts are busy. */
  busy(request: QueueRequest): number {
    return this.#tiersFor(request).reduce((count, tier) => count + tier.busy, 0);
  }

  /** An account was chosen because it was its turn. */
  tookTurn(entry: QueueEntry, turn: number): void {
    // Who was away has no claim to the turns that went by.
    entry.pass = Math.max(entry.pass, this.#passOf(entry));
    this.#passes.set(entry.priority, entry.pass);
    this.#used(entry, turn);
  }

  /** An account was chosen for another reason: that counts as a turn, but as one only. */
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

  /** The tiers that a call is for. */
  #tiersFor({ asks }: Pick<QueueRequest, "asks">): readonly AccountTier[] {
    const { yes, no } = this.#tiers;
    if (asks === "known-only") return this.#sets.known;
    if (yes.size > 0) return this.#sets.likely;
    return no.size > 0 ? this.#sets.equal : this.#sets.unknown;
  }

  /** The first in the heaps of that name, but for those that were tried. */
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
   * An account that does not offer what is asked for, by what is known; one in each call, and none of which
   * a call has found out that it is so.
   */
  #unlikely({ tried, asks }: QueueRequest): QueueEntry | undefined {
    const { yes, no } = this.#tiers;
    if (yes.size === 0 || no.size === 0 || asks === "known-only") return undefined;
    for (const id of tried) if (this.#options.offering?.of(id) === "no") return undefined;
    const entry = no.ready.first ?? no.lastResort.first;
    return entry?.restsFor === "unknown-model" ? undefined : entry;
  }

  /** Puts an entry where it belongs by its standing, and by what is known of what it offers. */
  #place(entry: QueueEntry, nowMs: number): void {
    const { cooldownKey, strategy, offering } = this.#options;
    const { member } = entry;
    const standing = member.standing(cooldownKey, nowMs);
    const offer = offering?.of(member.account.id) ?? "unknown";
    const tier = this.#tiers[offer];
    if (standing === "ready" && tier.ready.has(entry)) {
      if (entry.load === member.load) return;
      entry.load = member.load;
      if (strategy.isByLoad) tier.ready.update(entry);
      return;
    }
    this.#tierOf(entry)?.take(entry);
    const isAvailable = standing === "ready" || standing === "busy";
    const coolDown = isAvailable ? undefined : member.mostSevere(cooldownKey, nowMs);
    entry.offer = offer;
    entry.standing = standing;
    entry.load = member.load;
    entry.restsFor = coolDown?.kind;
    entry.untilMs = coolDown?.state(nowMs) === "resting" ? coolDown.untilMs : Infinity;
    tier.put(entry, coolDown?.isRefusal && standing === "resting" ? "refused" : HEAPS[standing]);
  }
}

/** The heap of a tier that holds accounts of a standing; none for those that are busy. */
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
  // A call has tried few accounts: they step aside for a moment.
  heap.remove(first);
  const found = firstBut(heap, barred);
  heap.add(first);
  return found;
}
