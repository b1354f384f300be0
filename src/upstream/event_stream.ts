/**
 * A streamed answer's body, as events.
 *
 * @module
 */
import { SseDecoder } from "../gemini/sse_decoder.ts";
import type { StreamEvent } from "../gemini/stream.ts";
import { cancelOnAbort, type Exchange, networkFault } from "./exchange.ts";

/** What an {@linkcode EventStream} needs to know besides the answer. */
export interface EventSource extends Pick<Exchange, "signal" | "url" | "connections"> {
  /**
   * Takes an event's JSON out of its envelope. Without a result the event is no part of the answer.
   *
   * @throws {UpstreamFault} For an envelope that can't be read.
   */
  readonly unwrap?: (json: Uint8Array) => Uint8Array | undefined;
}

/** How much is read at once, in bytes. */
const READ_BYTES = 16 * 1024;

type Batch = readonly StreamEvent[];

/**
 * Reads events as they come: what arrives together is given together. An iterator of its own and no
 * generator, since one that is being given up must not wait for the read that is under way.
 */
export class EventStream implements AsyncIterableIterator<Batch, undefined> {
  readonly #decoder = new SseDecoder();
  readonly #reader: ReadableStreamBYOBReader | undefined;
  /** Read into again and again: Deno's own choice is 64 KiB for every read, however little comes. */
  #buffer = new ArrayBuffer(READ_BYTES);
  readonly #source: EventSource;
  #ended = false;

  /** @param response A 2xx answer in `text/event-stream`. */
  constructor(response: Response, source: EventSource) {
    this.#reader = response.body?.getReader({ mode: "byob" });
    cancelOnAbort(this.#reader, source.signal);
    this.#source = source;
    this.#ended = this.#reader === undefined;
  }

  /**
   * The next events, at least one.
   *
   * @throws {UpstreamFault} When the connection breaks.
   */
  async next(): Promise<IteratorResult<Batch, undefined>> {
    while (!this.#ended && this.#reader !== undefined) {
      const events = this.#unwrapped(await this.#decode(this.#reader));
      if (events.length > 0) return { done: false, value: events };
    }
    return { done: true, value: undefined };
  }

  /** Gives the answer up: upstream learns of it at once. */
  async return(): Promise<IteratorResult<Batch, undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      // A body that is being given up can fail in no way that still matters.
      await this.#reader?.cancel().catch(ignore);
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #decode(reader: ReadableStreamBYOBReader): Promise<Batch> {
    try {
      const { done, value } = await reader.read(new Uint8Array(this.#buffer));
      this.#source.signal.throwIfAborted();
      this.#ended = done;
      if (done) return this.#decoder.end();
      this.#buffer = value.buffer;
      // The decoder's events are views on what it is given.
      return this.#decoder.push(value.slice());
    } catch (error) {
      this.#ended = true;
      throw networkFault(error, this.#source);
    }
  }

  #unwrapped(batch: Batch): Batch {
    const { unwrap } = this.#source;
    if (unwrap === undefined) return batch;
    const events: StreamEvent[] = [];
    for (const event of batch) {
      const json = event.type === "data" ? unwrap(event.json) : undefined;
      if (json !== undefined) events.push({ type: "data", json });
      else if (event.type !== "data") events.push(event);
    }
    return events;
  }
}

function ignore(): void {}
