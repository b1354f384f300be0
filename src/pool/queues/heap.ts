/**
 * A heap whose items know their index, so that any item can be removed or moved.
 *
 * @module
 */

/** An item of a {@linkcode Heap}; it is in at most one heap at a time. */
export interface HeapItem {
  /** The item's index, which the heap maintains; -1 outside a heap. */
  heapIndex: number;
}

/** A binary heap: reading the first item takes constant time, and every change takes O(log n). */
export class Heap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  /** @param isBefore Whether `a` comes before `b`. */
  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  /** How many items there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The first item. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** All items, in no particular order but for the first. */
  get items(): readonly T[] {
    return this.#items;
  }

  /** Whether an item is in this heap. */
  has(item: T): boolean {
    return this.#items[item.heapIndex] === item;
  }

  /** Adds an item that is in no heap. */
  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Removes an item of this heap. */
  remove(item: T): void {
    const index = item.heapIndex;
    const last = this.#items.pop();
    item.heapIndex = -1;
    if (last === undefined || last === item) return;
    last.heapIndex = index;
    this.#items[index] = last;
    this.update(last);
  }

  /** Moves an item of this heap to its new position after its order changed. */
  update(item: T): void {
    this.#rise(item, item.heapIndex);
    this.#sink(item, item.heapIndex);
  }

  #rise(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#items[parentIndex];
      if (parent === undefined || !this.#isBefore(item, parent)) break;
      this.#put(parent, index);
      index = parentIndex;
    }
    this.#put(item, index);
  }

  #sink(item: T, from: number): void {
    let index = from;
    while (true) {
      let childIndex = 2 * index + 1;
      let child = this.#items[childIndex];
      if (child === undefined) break;
      const right = this.#items[childIndex + 1];
      if (right !== undefined && this.#isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (!this.#isBefore(child, item)) break;
      this.#put(child, index);
      index = childIndex;
    }
    this.#put(item, index);
  }

  #put(item: T, index: number): void {
    this.#items[index] = item;
    item.heapIndex = index;
  }
}
