/**
 * A stream of events with something done to each batch as it passes.
 *
 * @module
 */
import type { StreamEvent } from "../gemini/stream/stream.ts";

type Batch = readonly StreamEvent[];

/** What is done. */
export interface StreamMapping {
  /** Gives what takes the batch's place. */
  readonly batch: (batch: Batch) => Batch;
  /** Gives what is thrown in the place of what the stream throws. Default: the same. */
  readonly error?: (error: unknown) => unknown;
}

/** The stream. No generator: one that is given up must not wait for the read that is under way. */
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
