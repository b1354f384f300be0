/**
 * A streamed answer's body, as events.
 *
 * @module
 */
import { SseDecoder } from "../gemini/sse_decoder.ts";
import type { StreamEvent } from "../gemini/stream.ts";
import { type Exchange, networkFault } from "./exchange.ts";
import type { HttpAnswer } from "./wire/connections.ts";

/** What an {@linkcode EventStream} needs to know besides the answer. */
export interface EventSource extends Pick<Exchange, "signal" | "url" | "connections"> {
  /**
   * Takes an event's JSON out of its envelope. Without a result the event is no part of the answer.
   *
   * @throws {UpstreamFault} For an envelope that can't be read.
   */
  readonly unwrap?: (json: Uint8Array) => Uint8Array | undefined;
}

type Batch = readonly StreamEvent[];

/**
 * Reads events as they come: what arrives together is given together. An iterator of its own and no
 * generator, since one that is being given up must not wait for the read that is under way.
 */
export class EventStream implements AsyncIterableIterator<Batch, undefined> {
  readonly #decoder = new SseDecoder();
  readonly #answer: HttpAnswer;
  readonly #source: EventSource;
  #ended = false;

  /** @param answer A 2xx answer in `text/event-stream`. */
  constructor(answer: HttpAnswer, source: EventSource) {
    this.#answer = answer;
    this.#source = source;
  }

  /**
   * The next events, at least one.
   *
   * @throws {UpstreamFault} When the connection breaks.
   */
  async next(): Promise<IteratorResult<Batch, undefined>> {
    while (!this.#ended) {
      const events = this.#unwrapped(await this.#decode());
      if (events.length > 0) return { done: false, value: events };
    }
    return { done: true, value: undefined };
  }

  /** Gives the answer up: upstream learns of it at once. */
  async return(): Promise<IteratorResult<Batch, undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      await this.#answer.cancel();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #decode(): Promise<Batch> {
    try {
      const bytes = await this.#answer.read();
      this.#ended = bytes === undefined;
      return bytes === undefined ? this.#decoder.end() : this.#decoder.push(bytes);
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
