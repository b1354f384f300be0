/**
 * Gathers bytes that come in pieces of any size.
 *
 * @module
 */
import { joinBytes } from "./join_bytes.ts";

/** Most pieces kept separately: each piece costs far more memory than a few bytes. */
const MOST_PIECES = 32;

/**
 * Bytes in pieces, until they are taken as one. A single piece is not copied. With many pieces, each byte is
 * copied a few times at most, however small the pieces are.
 */
export class ByteCollector {
  #pieces: Uint8Array[] = [];
  /** The bytes before the pieces; only its first {@linkcode #filled} bytes are used. */
  #buffer: Uint8Array | undefined;
  #filled = 0;
  #length = 0;

  /** How many bytes were added. */
  get length(): number {
    return this.#length;
  }

  /** Adds a piece. It is not copied at once, so the caller must not change it. */
  add(piece: Uint8Array): void {
    this.#length += piece.length;
    this.#pieces.push(piece);
    if (this.#pieces.length === MOST_PIECES) this.#gather();
  }

  /** Returns all bytes as one array and empties the collector. */
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
