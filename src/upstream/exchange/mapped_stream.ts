/**
 * Maps each batch of a stream of events.
 *
 * @module
 */
import type { StreamEvent } from "../../gemini/stream/stream.ts";

type Batch = readonly StreamEvent[];

/** The mapping. */
export interface StreamMapping {
  /** Returns the replacement for a batch. */
  readonly batch: (batch: Batch) => Batch;
  /** Returns the replacement for an error of the stream. Default: the same error. */
  readonly error?: (error: unknown) => unknown;
}

/** The mapped stream. Not a generator, because cancelling a generator waits for its pending read. */
export class MappedStream implements AsyncIterableIterator<Batch, undefined> {
  readonly #stream: AsyncIterator<Batch>;
  readonly #mapping: StreamMapping;

  constructor(stream: AsyncIterable<Batch>, mapping: StreamMapping) {
    this.#stream = stream[Symbol.asyncIterator]();
    this.#mapping = mapping;
  }

  async next(): Promise<IteratorResult<Batch, undefined>> {
    const { batch, error = same } = this.#mapping;
    try {
      const { done, value } = await this.#stream.next();
      return done ? { done, value: undefined } : { done: false, value: batch(value) };
    } catch (thrown) {
      throw error(thrown);
    }
  }

  async return(): Promise<IteratorResult<Batch, undefined>> {
    await this.#stream.return?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function same(error: unknown): unknown {
  return error;
}
