/**
 * The accounts of a queue of which the same is known: that they offer what is asked for, that they do not,
 * or nothing.
 *
 * @module
 */
import { Heap } from "./heap.ts";
import type { QueueEntry } from "./queue_entry.ts";
import type { Strategy } from "../strategy.ts";

/** The heaps of a tier, by the standing of their accounts. */
export type HeapName = "ready" | "lastResort" | "resting" | "refused";

/** Whether one entry comes before another in a heap of that name. */
export type Orders = Readonly<Record<HeapName, (a: QueueEntry, b: QueueEntry) => boolean>>;

/** The orders of a tier's heaps. */
export function ordersOf({ isBefore }: Strategy): Orders {
  return {
    ready: isBefore,
    lastResort: isLastResortBefore,
    resting: isBackEarlier,
    refused: isBackEarlier,
  };
}

/** Accounts, by how they stand. Those that are busy are counted only. */
export class AccountTier {
  readonly ready: Heap<QueueEntry>;
  readonly lastResort: Heap<QueueEntry>;
  readonly resting: Heap<QueueEntry>;
  /** Those that rest because they are refused. */
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

  /** Takes an account in: into the heap of that name, or, without one, as busy. */
  put(entry: QueueEntry, name: HeapName | undefined): void {
    this.#size++;
    if (name !== undefined) this[name].add(entry);
  }

  /** Takes an account out. */
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

/** By time alone, so that those whose time is over are found at the top. */
function isLastResortBefore(a: QueueEntry, b: QueueEntry): boolean {
  return a.untilMs === b.untilMs ? a.priority > b.priority : a.untilMs < b.untilMs;
}
