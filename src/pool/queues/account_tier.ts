/**
 * The accounts of a queue with the same offer: `yes`, `no` or `unknown`.
 *
 * @module
 */
import { Heap } from "./heap.ts";
import type { QueueEntry } from "./queue_entry.ts";
import type { Strategy } from "../strategy.ts";

/** The heaps of a tier, by the standing of their accounts. */
export type HeapName = "ready" | "lastResort" | "resting" | "refused";

/** Comparison functions by heap: whether `a` comes before `b`. */
export type Orders = Readonly<Record<HeapName, (a: QueueEntry, b: QueueEntry) => boolean>>;

/** Returns the comparison functions of a tier's heaps. */
export function ordersOf({ isBefore }: Strategy): Orders {
  return {
    ready: isBefore,
    lastResort: isLastResortBefore,
    resting: isBackEarlier,
    refused: isBackEarlier,
  };
}

/** Accounts by standing. Busy ones are only counted. */
export class AccountTier {
  readonly ready: Heap<QueueEntry>;
  readonly lastResort: Heap<QueueEntry>;
  readonly resting: Heap<QueueEntry>;
  /** Accounts in a cool-down because upstream refuses them. */
  readonly refused: Heap<QueueEntry>;
  #size = 0;

  constructor(orders: Orders) {
    this.ready = new Heap(orders.ready);
    this.lastResort = new Heap(orders.lastResort);
    this.resting = new Heap(orders.resting);
    this.refused = new Heap(orders.refused);
  }

  /** How many accounts there are. */
  get size(): number {
    return this.#size;
  }

  /** How many accounts are busy. */
  get busy(): number {
    const { ready, lastResort, resting, refused } = this;
    return this.#size - ready.size - lastResort.size - resting.size - refused.size;
  }

  /** Adds an account to the heap of that name; without a name it counts as busy. */
  put(entry: QueueEntry, name: HeapName | undefined): void {
    this.#size++;
    if (name !== undefined) this[name].add(entry);
  }

  /** Removes an account. */
  take(entry: QueueEntry): void {
    this.#size--;
    for (const heap of [this.ready, this.lastResort, this.resting, this.refused]) {
      if (heap.has(entry)) heap.remove(entry);
    }
  }
}

function isBackEarlier(a: QueueEntry, b: QueueEntry): boolean {
  return a.untilMs < b.untilMs;
}

/** Mainly by time, so that accounts whose cool-down is over are first. */
function isLastResortBefore(a: QueueEntry, b: QueueEntry): boolean {
  return a.untilMs === b.untilMs ? a.priority > b.priority : a.untilMs < b.untilMs;
}
