/**
 * A request body that is sent while it arrives, so that gigabytes need little memory.
 *
 * @module
 */

/** What {@linkcode StreamedBody} needs to know besides its bytes. */
export interface StreamedBodyOptions {
  /** How long the body is, in bytes. Default: not known; it is then sent in chunks. */
  readonly length?: number | undefined;
}

/** The stream of a request body failed, or is not as long as it was said to be. */
export class RequestBodyError extends Error {
  override readonly name = "RequestBodyError";
}

/**
 * A request body as a stream. Its bytes are there once: as long as none was taken, a request with it may be
 * sent again, to the same server or to another; afterwards it can't be.
 *
 * The stream is cancelled when a request ends that has taken a part of it and not all. A stream of which
 * nothing was taken is the caller's to cancel.
 */
export class StreamedBody {
  /** In bytes; undefined where it is not known. */
  readonly length: number | undefined;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** The piece that comes next, once it was asked for. */
  #ahead: Promise<Uint8Array | undefined> | undefined;
  #isTaken = false;

  /**
   * @param stream Is locked from now on. Use `ReadableStream.from()` for another iterable.
   * @throws {TypeError} For a length that is not a whole number of bytes.
   */
  constructor(stream: ReadableStream<Uint8Array>, { length }: StreamedBodyOptions = {}) {
    if (length !== undefined && (!Number.isSafeInteger(length) || length < 0)) {
      throw new TypeError("the length of a request body is a whole number of bytes");
    }
    this.length = length;
    this.#reader = stream.getReader();
  }

  /** Whether a part of it was taken, so that no other request can have it. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /**
   * Waits for the next piece, and leaves it where it is. Undefined at the end of the stream.
   *
   * @throws {RequestBodyError} When the stream fails; its error is the cause.
   */
  peek(): Promise<Uint8Array | undefined> {
    return this.#ahead ??= this.#read();
  }

  /** Takes the piece that was looked at last. */
  take(): void {
    this.#isTaken = true;
    this.#ahead = undefined;
  }

  /** Cancels the stream; a pending peek() then gives undefined. More than once is harmless. */
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
