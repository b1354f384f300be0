/**
 * The accounts that serve a model, sorted so that the next one is known without looking at each.
 *
 * @module
 */
import { Heap, type HeapItem } from "./heap.ts";
import type { Member, Standing } from "./member.ts";
import type { Contender, Strategy } from "./strategy.ts";

/** An account's place in a queue. */
export class QueueEntry implements HeapItem, Contender {
  readonly member: Member;
  readonly position: number;
  heapIndex = -1;
  /** As it was when last looked at: how long that holds is `untilMs`. */
  standing: Standing = "ready";
  /** When to look at it again, in ms of the monotonic clock. */
  untilMs = 0;
  load = 0;
  pass = 0;
  lastTurn: number;

  constructor(member: Member, position: number) {
    this.member = member;
    this.position = position;
    this.lastTurn = member.lastTurn;
  }

  get priority(): number {
    return this.member.account.priority;
  }
}

/** The accounts of a queue, by how they stand. */
export class AccountQueue {
  readonly #model: string;
  readonly #strategy: Strategy;
  readonly #entries = new Map<Member, QueueEntry>();
  readonly #ready: Heap<QueueEntry>;
  readonly #lastResort: Heap<QueueEntry>;
  readonly #resting = new Heap<QueueEntry>(isBackEarlier);
  /** Those that rest because they are refused. */
  readonly #refused = new Heap<QueueEntry>(isBackEarlier);
  /** How far each priority's accounts have come in turn. */
  readonly #passes = new Map<number, number>();

  /**
   * @param model The model whose cool-downs count; empty where only those of whole accounts do.
   * @param options `members`: those that serve the model.
   */
  constructor(
    model: string,
    options: {
      readonly members: Iterable<Member>;
      readonly strategy: Strategy;
      readonly nowMs: number;
    },
  ) {
    this.#model = model;
    this.#strategy = options.strategy;
    this.#ready = new Heap<QueueEntry>(options.strategy.isBefore);
    this.#lastResort = new Heap<QueueEntry>(isLastResortBefore);
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

  /** How an account stands, as of the last look; undefined where it does not serve the model. */
  entryOf(member: Member): QueueEntry | undefined {
    return this.#entries.get(member);
  }

  /** Looks again at those whose rest is over by now. */
  wake(nowMs: number): void {
    this.#wakeIn(this.#resting, nowMs);
    this.#wakeIn(this.#refused, nowMs);
    this.#wakeIn(this.#lastResort, nowMs);
  }

  /** An account's load or cool-downs have changed. */
  refresh(member: Member, nowMs: number): void {
    const entry = this.#entries.get(member);
    if (entry !== undefined) this.#place(entry, nowMs);
  }

  /** The account whose turn it is, of those that can answer; else a last-resort one. */
  next(tried: ReadonlySet<string>): QueueEntry | undefined {
    return firstBut(this.#ready, tried) ?? firstBut(this.#lastResort, tried);
  }

  /** The account that is back first, of those that rest and are worth waiting for, but for some. */
  nearest(barred: ReadonlySet<string>): QueueEntry | undefined {
    return firstBut(this.#resting, barred);
  }

  /** The account that is asked again first, of those that are refused. */
  get refused(): QueueEntry | undefined {
    return this.#refused.first;
  }

  /** How many accounts are busy. */
  get busy(): number {
    return this.#entries.size - this.#ready.size - this.#lastResort.size - this.#resting.size -
      this.#refused.size;
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
    if (this.#ready.has(entry)) this.#ready.update(entry);
  }

  #passOf(entry: QueueEntry): number {
    return this.#passes.get(entry.priority) ?? 0;
  }

  /** Puts an entry where it belongs by its standing. */
  #place(entry: QueueEntry, nowMs: number): void {
    const { member } = entry;
    const standing = member.standing(this.#model, nowMs);
    if (standing === "ready" && this.#ready.has(entry)) {
      if (entry.load === member.load) return;
      entry.load = member.load;
      if (this.#strategy.minds === "load") this.#ready.update(entry);
      return;
    }
    for (const heap of [this.#ready, this.#lastResort, this.#resting, this.#refused]) {
      if (heap.has(entry)) heap.remove(entry);
    }
    entry.standing = standing;
    entry.load = member.load;
    if (standing === "busy") return;
    if (standing === "ready") {
      this.#ready.add(entry);
      return;
    }
    const coolDown = member.mostSevere(this.#model, nowMs);
    entry.untilMs = coolDown?.state(nowMs) === "resting" ? coolDown.untilMs : Infinity;
    if (standing === "last-resort") this.#lastResort.add(entry);
    else if (coolDown?.isRefusal) this.#refused.add(entry);
    else this.#resting.add(entry);
  }
}

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

function isBackEarlier(a: QueueEntry, b: QueueEntry): boolean {
  return a.untilMs < b.untilMs;
}

/** By time alone, so that those whose time is over are found at the top. */
function isLastResortBefore(a: QueueEntry, b: QueueEntry): boolean {
  return a.untilMs === b.untilMs ? a.priority > b.priority : a.untilMs < b.untilMs;
}
