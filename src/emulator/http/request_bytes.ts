/**
 * The body of a request that is read as bytes, piece by piece; the recorder gets their number and digest.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RecordEntry } from "../recorder.ts";

/** The body ended before its end: the client disconnected, or a script cut it. */
export class BrokenBody extends Error {
  override readonly name = "BrokenBody";
}

/** The body of one request. It can be read once. */
export class RequestBytes {
  readonly #body: ReadableStream<Uint8Array> | null;
  readonly #entry: RecordEntry | undefined;
  readonly #onAbort: () => void;
  #isRead = false;
  #most = Infinity;

  constructor(
    request: Request,
    options: {
      readonly entry: RecordEntry | undefined;
      /** Called if the client disconnects before the end of the body. */
      readonly onAbort: () => void;
    },
  ) {
    this.#body = request.body;
    this.#entry = options.entry;
    this.#onAbort = options.onAbort;
  }

  /** Makes {@linkcode read} throw after that many bytes. */
  cutAfter(bytes: number): void {
    this.#most = bytes;
  }

  /**
   * Reads the body. Nothing that is read is kept here.
   *
   * @throws A BrokenBody if the client disconnects before the end.
   */
  async *read(): AsyncGenerator<Uint8Array> {
    if (this.#isRead) return;
    this.#isRead = true;
    const hash = createHash("sha256");
    let length = 0;
    try {
      for await (const piece of this.#pieces()) {
        const kept = piece.subarray(0, this.#most - length);
        hash.update(kept);
        length += kept.length;
        yield kept;
        if (length >= this.#most) throw new BrokenBody("The script cut the body");
      }
    } finally {
      this.#entry?.recordBytes(length, hash.digest("hex"));
    }
  }

  /** Reads what has not been read, so that the client can send all of it and then read the response. */
  async drain(): Promise<void> {
    try {
      for await (const _ of this.read());
    } catch {
      // The client disconnected; there is nothing left to read.
    }
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    const reader = this.#body?.getReader();
    for (;;) {
      const read = await reader?.read().catch(() => {
        this.#onAbort();
        throw new BrokenBody("The client disconnected");
      });
      if (read === undefined || read.done) return;
      yield read.value;
    }
  }
}
