/**
 * A stream of bytes for request bodies, which tells what was asked of it.
 *
 * @module
 */

/** A stream, and what became of it. */
export interface ByteSource {
  readonly stream: ReadableStream<Uint8Array>;
  /** How many bytes were given out. */
  readonly given: number;
  /** Resolves when the stream was cancelled. */
  readonly cancelled: Promise<void>;
}

/**
 * A source that gives the pieces one by one, as they are asked for.
 *
 * @param pieces Each is waited for before it is given.
 */
export function byteSource(
  pieces: Iterable<Uint8Array | Promise<Uint8Array>> | AsyncIterable<Uint8Array>,
): ByteSource {
  const iterator = iteratorOf(pieces);
  const cancelled = Promise.withResolvers<void>();
  let given = 0;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) return controller.close();
      given += value.length;
      controller.enqueue(value);
    },
    cancel: () => cancelled.resolve(),
  }, { highWaterMark: 0 });
  return {
    stream,
    get given() {
      return given;
    },
    cancelled: cancelled.promise,
  };
}

/** As many pieces of as many bytes. */
export function* equalPieces(count: number, bytes: number): Generator<Uint8Array> {
  const piece = new Uint8Array(bytes).fill(0x61);
  for (let index = 0; index < count; index++) yield piece;
}

async function* iteratorOf(
  pieces: Iterable<Uint8Array | Promise<Uint8Array>> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield* pieces;
}
