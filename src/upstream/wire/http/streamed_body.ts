/**
 * A request body that is sent while it arrives, so that large bodies need little memory.
 *
 * @module
 */

/** Options of {@linkcode StreamedBody}. */
export interface StreamedBodyOptions {
  /** Length of the body, in bytes. Default: unknown; the body is then sent in chunks. */
  readonly length?: number | undefined;
}

/** Thrown when the stream of a request body failed, or does not have its declared length. */
export class RequestBodyError extends Error {
  override readonly name = "RequestBodyError";
}

/**
 * A request body as a stream. Its bytes can be read once: while none was taken, the request may be sent again,
 * to the same server or to another; afterwards it can't be.
 *
 * The stream is cancelled when a request ends that has taken only a part of it. If nothing was taken, the
 * caller must cancel the stream.
 */
export class StreamedBody {
  /** In bytes; undefined if unknown. */
  readonly length: number | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The next piece, once it was requested. */
  #ahead: Promise<Uint8Array | undefined> | undefined;
  #isTaken = false;

  /**
   * @param stream Locked from now on. Use `ReadableStream.from()` for another iterable.
   * @throws {TypeError} For a length that is not a whole number of bytes.
   */
  constructor(stream: ReadableStream<Uint8Array>, { length }: StreamedBodyOptions = {}) {
    if (length !== undefined && (!Number.isSafeInteger(length) || length < 0)) {
      throw new TypeError("the length of a request body is a whole number of bytes");
    }
    this.length = length;
    this.#reader = stream.getReader();
  }

  /** Whether a part of it was taken, so that no other request can use it. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /**
   * Waits for the next piece without taking it. Undefined at the end of the stream.
   *
   * @throws {RequestBodyError} When the stream fails; its error is the cause.
   */
  peek(): Promise<Uint8Array | undefined> {
    return this.#ahead ??= this.#read();
  }

  /** Takes the piece that was peeked last. */
  take(): void {
    this.#isTaken = true;
    this.#ahead = undefined;
  }

  /** Cancels the stream; a pending peek() then returns undefined. Idempotent. */
  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      return (await this.#reader.read()).value;
    } catch (error) {
      throw new RequestBodyError("the request's body broke off", { cause: error });
    }
  }
}
