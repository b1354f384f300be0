/**
 * A stream for a connection that leads nowhere: it stays silent until it is closed.
 *
 * @module
 */
import type { Stream } from "../../../src/upstream/wire/tcp/stream.ts";

/** A stream without a socket, so that a test can hold more of them than there are file handles. */
export class MemoryStream implements Stream {
  isClosed = false;
  readonly #closed = Promise.withResolvers<null>();

  /** Resolves when the stream has been closed. */
  get closed(): Promise<null> {
    return this.#closed.promise;
  }

  read(_buffer: Uint8Array): Promise<number | null> {
    return this.#closed.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.isClosed = true;
    this.#closed.resolve(null);
  }

  ref(): void {}

  unref(): void {}
}
