/**
 * A heap whose items know their place in it, so that any of them can be taken out or moved.
 *
 * @module
 */

/** What a {@linkcode Heap} holds: an item is in one heap at a time. */
export interface HeapItem {
  /** The item's place in its heap; kept by the heap, -1 outside of one. */
  heapIndex: number;
}

/** Items in partial order: the first of all is known, every change costs the logarithm of their number. */
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

  /** Whether an item is in this heap. */
  has(item: T): boolean {
    return this.#items[item.heapIndex] === item;
  }

  /** Puts an item in that is in no heap. */
  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Takes an item of this heap out. */
  remove(item: T): void {
    const index = item.heapIndex;
    const last = this.#items.pop();
    item.heapIndex = -1;
    if (last === undefined || last === item) return;
    last.heapIndex = index;
    this.#items[index] = last;
    this.update(last);
  }

  /** Puts an item of this heap where it now belongs. */
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
