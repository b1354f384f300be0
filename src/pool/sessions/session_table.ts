/**
 * A compact table of conversations. It stores numbers in typed arrays, which the garbage collector does not
 * traverse. A conversation takes about 44 bytes.
 *
 * @module
 */

/** Memory is allocated for at least this many entries, if the capacity allows. */
const SMALLEST = 1024;

/** No slot. */
const NONE = -1;

/** The columns of a table of one size. */
class Columns {
  /** Four 32-bit words of each fingerprint. */
  readonly keys: Uint32Array;
  readonly accounts: Int32Array;
  /** Milliseconds since the epoch. */
  readonly ends: Float64Array;
  /** A linked list in order of use. */
  readonly older: Int32Array;
  readonly newer: Int32Array;
  /** The first slot of each bucket, and the next slot in the bucket after each slot. */
  readonly heads: Int32Array;
  readonly behind: Int32Array;
  readonly size: number;

  constructor(size: number) {
    this.size = size;
    this.keys = new Uint32Array(4 * size);
    this.accounts = new Int32Array(size);
    this.ends = new Float64Array(size);
    this.older = new Int32Array(size);
    this.newer = new Int32Array(size);
    this.heads = new Int32Array(size).fill(NONE);
    this.behind = new Int32Array(size);
  }
}

/**
 * Entries by fingerprint, in order of use. When the table is full, the least recently used entry is replaced.
 * Slots are numbers, which stay valid until an entry is removed.
 */
export class SessionTable {
  readonly #capacity: number;
  #columns: Columns;
  #size = 0;
  /** Slots below this have been used. */
  #top = 0;
  /** The first of the slots below `#top` that are free again, linked by `behind`. */
  #free = NONE;
  #oldest = NONE;
  #newest = NONE;
  /** The words of the last fingerprint that was looked up. */
  readonly #words = new Uint32Array(4);

  /** @param capacity Most entries, more than 0. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#columns = new Columns(Math.min(capacity, SMALLEST));
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  /** Bytes allocated. */
  get bytes(): number {
    return this.#columns.size * 44;
  }

  /** The slot of the least recently used entry; -1 if there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  /**
   * Finds the slot of an entry.
   *
   * @param fingerprint Hexadecimal, at least 32 digits, of which the first 32 count.
   * @returns -1 if there is none.
   */
  find(fingerprint: string): number {
    const { heads, behind, size } = this.#columns;
    const words = this.#words;
    readWords(fingerprint, words);
    const bucket = (words[0] ?? 0) % size;
    let slot = heads[bucket] ?? NONE;
    while (slot !== NONE && !this.#isAt(slot)) slot = behind[slot] ?? NONE;
    return slot;
  }

  /** Adds an entry that is not in the table, as the most recently used. */
  add(fingerprint: string, value: { readonly account: number; readonly endMs: number }): void {
    if (this.#size >= this.#capacity) this.remove(this.#oldest);
    else if (this.#size === this.#columns.size) this.#grow();
    const slot = this.#takeSlot();
    readWords(fingerprint, this.#words);
    this.#columns.keys.set(this.#words, 4 * slot);
    this.#size++;
    this.#link(slot);
    this.set(slot, value);
    this.#append(slot);
  }

  /** The account's number in a slot. */
  account(slot: number): number {
    return this.#columns.accounts[slot] ?? NONE;
  }

  /** When the entry in a slot expires, in ms since the epoch. */
  endMs(slot: number): number {
    return this.#columns.ends[slot] ?? 0;
  }

  /** Changes the entry in a slot. */
  set(slot: number, value: { readonly account: number; readonly endMs: number }): void {
    this.#columns.accounts[slot] = value.account;
    this.#columns.ends[slot] = value.endMs;
  }

  /** Makes the entry in a slot the most recently used. */
  touch(slot: number): void {
    if (slot === this.#newest) return;
    this.#takeOut(slot);
    this.#append(slot);
  }

  /** Removes the entry in a slot. */
  remove(slot: number): void {
    const { keys, heads, behind, size } = this.#columns;
    const bucket = (keys[4 * slot] ?? 0) % size;
    let before = heads[bucket] ?? NONE;
    if (before === slot) heads[bucket] = behind[slot] ?? NONE;
    else {
      while (behind[before] !== slot) before = behind[before] ?? NONE;
      behind[before] = behind[slot] ?? NONE;
    }
    this.#takeOut(slot);
    behind[slot] = this.#free;
    this.#free = slot;
    this.#size--;
  }

  /** Whether a slot holds the last fingerprint that was looked up. */
  #isAt(slot: number): boolean {
    const { keys } = this.#columns;
    const words = this.#words;
    const at = 4 * slot;
    return keys[at] === words[0] && keys[at + 1] === words[1] && keys[at + 2] === words[2] &&
      keys[at + 3] === words[3];
  }

  #takeSlot(): number {
    const slot = this.#free;
    if (slot === NONE) return this.#top++;
    this.#free = this.#columns.behind[slot] ?? NONE;
    return slot;
  }

  #link(slot: number): void {
    const { keys, heads, behind, size } = this.#columns;
    const bucket = (keys[4 * slot] ?? 0) % size;
    behind[slot] = heads[bucket] ?? NONE;
    heads[bucket] = slot;
  }

  #append(slot: number): void {
    const { older, newer } = this.#columns;
    older[slot] = this.#newest;
    newer[slot] = NONE;
    if (this.#newest === NONE) this.#oldest = slot;
    else newer[this.#newest] = slot;
    this.#newest = slot;
  }

  #takeOut(slot: number): void {
    const { older, newer } = this.#columns;
    const before = older[slot] ?? NONE;
    const after = newer[slot] ?? NONE;
    if (before === NONE) this.#oldest = after;
    else newer[before] = after;
    if (after === NONE) this.#newest = before;
    else older[after] = before;
  }

  /** Doubles the number of slots, within the capacity, when every slot is in use. */
  #grow(): void {
    const from = this.#columns;
    const to = new Columns(Math.min(this.#capacity, 2 * from.size));
    to.keys.set(from.keys);
    to.accounts.set(from.accounts);
    to.ends.set(from.ends);
    to.older.set(from.older);
    to.newer.set(from.newer);
    this.#columns = to;
    for (let slot = 0; slot < from.size; slot++) this.#link(slot);
  }
}

/** Reads the first 32 hexadecimal digits. */
function readWords(fingerprint: string, words: Uint32Array): void {
  for (let word = 0; word < 4; word++) {
    let value = 0;
    for (let at = 8 * word; at < 8 * word + 8; at++) {
      const code = fingerprint.charCodeAt(at);
      value = (value << 4) | ((code & 15) + (code >> 6) * 9);
    }
    words[word] = value;
  }
}
