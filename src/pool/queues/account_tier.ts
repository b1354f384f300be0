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

/** Accounts by standing. */
export class AccountTier {
  readonly ready: Heap<QueueEntry>;
  readonly lastResort: Heap<QueueEntry>;
  readonly resting: Heap<QueueEntry>;
  /** Accounts in a cool-down because upstream refuses them. */
  readonly refused: Heap<QueueEntry>;
  /** Accounts that are in no heap. */
  readonly busy = new Set<QueueEntry>();

  constructor(orders: Orders) {
    this.ready = new Heap(orders.ready);
    this.lastResort = new Heap(orders.lastResort);
    this.resting = new Heap(orders.resting);
    this.refused = new Heap(orders.refused);
  }

  /** How many accounts there are. */
  get size(): number {
    const { ready, lastResort, resting, refused, busy } = this;
    return ready.size + lastResort.size + resting.size + refused.size + busy.size;
  }

  /** The accounts that are not ready. */
  *blocked(): Generator<QueueEntry> {
    yield* this.resting.items;
    yield* this.refused.items;
    yield* this.busy;
    yield* this.lastResort.items;
  }

  /** Adds an account to the heap of that name; without a name it counts as busy. */
  put(entry: QueueEntry, name: HeapName | undefined): void {
    if (name === undefined) this.busy.add(entry);
    else this[name].add(entry);
  }

  /** Removes an account. */
  take(entry: QueueEntry): void {
    if (this.busy.delete(entry)) return;
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
