/**
 * Collects bytes that arrive in pieces in one buffer. Each byte is copied about once on average.
 *
 * @module
 */

/** Smallest allocation, in bytes. */
const LEAST_ROOM = 64 * 1024;

/**
 * Most bytes passed to one read. Deno 2.9 allocates its own memory of the same size for a read, and keeps it
 * for a while: passing the whole buffer would double the memory of a body.
 */
const MOST_LENT = 64 * 1024;

/** The memory limits of a buffer. */
export interface Room {
  /**
   * Reserves memory before the buffer grows.
   *
   * @param bytes The new total length of the buffer.
   */
  readonly take: (bytes: number) => Promise<void> | undefined;
  /** Largest length of the buffer, in bytes. */
  readonly maxBytes: number;
  /** Creates the error for more bytes. */
  readonly tooLarge: () => Error;
}

/** A buffer that doubles its size when it is full. */
export class GrowingBuffer {
  readonly #room: Room;
  #buffer = new Uint8Array();
  #length = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** The collected bytes. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Makes the buffer large enough for a total number of bytes. */
  async reserve(bytes: number): Promise<void> {
    if (bytes <= this.#buffer.length) return;
    if (bytes > this.#room.maxBytes) throw this.#room.tooLarge();
    await this.#room.take(bytes);
    const buffer = new Uint8Array(bytes);
    buffer.set(this.bytes);
    this.#buffer = buffer;
  }

  /** Appends bytes. */
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
   * A part of the unused space, for a read to write into. The buffer must not be used until the read returns
   * it through {@linkcode written}.
   */
  get room(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#length, this.#length + MOST_LENT);
  }

  /** Takes the buffer back after bytes were written at the start of {@linkcode room}. */
  written(bytes: Uint8Array<ArrayBuffer>): void {
    this.#buffer = new Uint8Array(bytes.buffer);
    this.#length += bytes.length;
  }
}
