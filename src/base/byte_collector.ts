/**
 * Gathers bytes that come in pieces of any size.
 *
 * @module
 */
import { joinBytes } from "./join_bytes.ts";

/** So many pieces are kept as they are; each costs far more memory than a few bytes in it. */
const MOST_PIECES = 32;

/**
 * Bytes in pieces, until they are taken as one. A single piece is not copied; of many, each byte is
 * copied a few times at most, however small they are.
 */
export class ByteCollector {
  #pieces: Uint8Array[] = [];
  /** What came before the pieces; its first {@linkcode #filled} bytes count. */
  #buffer: Uint8Array | undefined;
  #filled = 0;
  #length = 0;

  /** How many bytes were added. */
  get length(): number {
    return this.#length;
  }

  /** Adds a piece; it is not copied at once, and must not change. */
  add(piece: Uint8Array): void {
    this.#length += piece.length;
    this.#pieces.push(piece);
    if (this.#pieces.length === MOST_PIECES) this.#gather();
  }

  /** All bytes as one; none are left. */
  take(): Uint8Array {
    if (this.#buffer !== undefined) this.#gather();
    const all = this.#buffer?.subarray(0, this.#filled) ?? joinBytes(this.#pieces);
    this.clear();
    return all;
  }

  /** Drops all bytes. */
  clear(): void {
    this.#pieces = [];
    this.#buffer = undefined;
    this.#filled = 0;
    this.#length = 0;
  }

  #gather(): void {
    if (this.#buffer === undefined || this.#buffer.length < this.#length) {
      const larger = new Uint8Array(2 * this.#length);
      if (this.#buffer !== undefined) larger.set(this.#buffer.subarray(0, this.#filled));
      this.#buffer = larger;
    }
    for (const piece of this.#pieces) {
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.length;
    }
    this.#pieces = [];
  }
}
