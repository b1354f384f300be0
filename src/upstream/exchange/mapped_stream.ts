/**
 * Maps each batch of a stream of events.
 *
 * @module
 */

/** The functions that map a stream. */
export interface StreamMapping<Event> {
  /** Returns the replacement for a batch. */
  readonly batch: (batch: readonly Event[]) => readonly Event[];
  /** Returns the replacement for an error of the stream. Default: the same error. */
  readonly error?: ((error: unknown) => unknown) | undefined;
}

/** The mapped stream. Not a generator, because cancelling a generator waits for its pending read. */
export class MappedStream<Event> implements AsyncIterableIterator<readonly Event[], undefined> {
  readonly #stream: AsyncIterator<readonly Event[]>;
  readonly #mapping: StreamMapping<Event>;

  constructor(stream: AsyncIterable<readonly Event[]>, mapping: StreamMapping<Event>) {
    this.#stream = stream[Symbol.asyncIterator]();
    this.#mapping = mapping;
  }

  async next(): Promise<IteratorResult<readonly Event[], undefined>> {
    const { batch, error = same } = this.#mapping;
    try {
      const { done, value } = await this.#stream.next();
      return done ? { done, value: undefined } : { done: false, value: batch(value) };
    } catch (thrown) {
      throw error(thrown);
    }
  }

  async return(): Promise<IteratorResult<readonly Event[], undefined>> {
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
