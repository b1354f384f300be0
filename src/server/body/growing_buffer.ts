/**
 * Bytes that come in pieces, gathered in one buffer without being copied more than once on average.
 *
 * @module
 */

/** The least room that is made. */
const LEAST_ROOM = 64 * 1024;

/**
 * Most room that is lent at once. Deno 2.9 sets memory of its own aside for all of it while it reads, and
 * keeps that for a while: lending a whole buffer doubles what a body costs.
 */
const MOST_LENT = 64 * 1024;

/** What a buffer asks before it takes memory. */
export interface Room {
  /**
   * Makes room.
   *
   * @param bytes The whole length of the buffer that is wanted.
   */
  readonly take: (bytes: number) => Promise<void> | undefined;
  /** Most bytes that the buffer may come to hold. */
  readonly maxBytes: number;
  /** Makes the error for more than that. */
  readonly tooLarge: () => Error;
}

/** A buffer. It doubles when it is full. */
export class GrowingBuffer {
  readonly #room: Room;
  #buffer = new Uint8Array();
  #length = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** What it holds. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Makes room for that many bytes in all. */
  async reserve(bytes: number): Promise<void> {
    if (bytes <= this.#buffer.length) return;
    if (bytes > this.#room.maxBytes) throw this.#room.tooLarge();
    await this.#room.take(bytes);
    const buffer = new Uint8Array(bytes);
    buffer.set(this.bytes);
    this.#buffer = buffer;
  }

  /** Adds bytes behind those that it holds. */
  async append(bytes: Uint8Array): Promise<void> {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const doubled = Math.max(LEAST_ROOM, 2 * this.#buffer.length);
      await this.reserve(Math.max(length, Math.min(doubled, this.#room.maxBytes)));
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /**
   * Some of the room that is left, for somebody to write into. The whole buffer is theirs until it comes
   * back through {@linkcode written}.
   */
  get room(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#length, this.#length + MOST_LENT);
  }

  /** Takes the buffer back, with bytes at the beginning of its room. */
  written(bytes: Uint8Array<ArrayBuffer>): void {
    this.#buffer = new Uint8Array(bytes.buffer);
    this.#length += bytes.length;
  }
}
