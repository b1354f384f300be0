/**
 * Responses of the Interactions API: a whole message, or events that reach the client byte for byte, while the gateway
 * reads what it has to know of them.
 *
 * @module
 */
import {
  type InteractionFacts,
  interactionFacts,
  NO_FACTS,
  type ObservedEvent,
} from "../../gemini/interactions/interaction_event.ts";
import { EventSplitter, type StreamPiece } from "../../gemini/interactions/event_splitter.ts";
import { endedInEvent } from "../../gemini/stream/event_payload.ts";
import { responseFault } from "../faults/response_fault.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import type { StreamListener, UpstreamResponse } from "../upstream.ts";
import type { HttpResponse } from "../wire/connections.ts";
import { checkHasBody, type Exchange, networkFault, send, unusableResponse } from "./exchange.ts";
import { readJson } from "./whole_response.ts";

type Batch = readonly ObservedEvent[];

/** The part of a request that is needed to read its response. */
type Asked = Pick<Exchange, "clock" | "connections" | "signal" | "url">;

/** Most bytes without data, such as comments, that are held back before the response begins. */
const MOST_HELD = 256 * 1024;

/**
 * Sends a call. Upstream's Content-Type tells whether the response is a message or a stream, which is read up to its
 * first event.
 *
 * @param listener Notified about the stream after its first event.
 * @throws {UpstreamFault} Also for an error as the first event: nothing was done then.
 */
export async function sendForEvents(
  exchange: Exchange,
  listener?: StreamListener,
): Promise<UpstreamResponse> {
  const response = await send(exchange);
  if (!/^text\/event-stream\b/i.test(response.header("content-type") ?? "")) {
    return { type: "json", bytes: await readJson(response, exchange) };
  }
  await checkHasBody(response);
  const events = new InteractionStream(response, exchange, listener);
  try {
    await events.open();
    return { type: "events", events };
  } catch (error) {
    await events.return();
    throw error;
  }
}

/** Reads events as they arrive. Not a generator, because cancelling a generator waits for its pending read. */
class InteractionStream implements AsyncIterableIterator<Batch, undefined> {
  readonly #splitter = new EventSplitter();
  readonly #response: HttpResponse;
  readonly #asked: Asked;
  readonly #listener: StreamListener | undefined;
  #first: Batch | undefined;
  #isOpen = false;
  #ended = false;
  /** The fault after the last batch. */
  #torn: UpstreamFault | undefined;

  /** @param response A 2xx response. */
  constructor(
    response: HttpResponse,
    { clock, connections, signal, url }: Asked,
    listener?: StreamListener,
  ) {
    this.#response = response;
    this.#asked = { clock, connections, signal, url };
    this.#listener = listener;
  }

  /**
   * Reads up to the first event with data.
   *
   * @throws {UpstreamFault} If that is an error, or there is none.
   */
  async open(): Promise<void> {
    const first: ObservedEvent[] = [];
    let length = 0;
    while (!this.#isOpen) {
      const batch = await this.#read();
      if (batch === undefined) throw this.#torn ?? unusableResponse("a stream without an event");
      const begins = batch.find(({ facts }) => facts.hasData);
      if (begins?.facts.error !== undefined) throw this.#faultOf(begins.facts.error);
      first.push(...batch);
      for (const { bytes } of batch) length += bytes.length;
      this.#isOpen = begins !== undefined || length > MOST_HELD;
    }
    this.#first = first;
  }

  /**
   * Returns the next events, at least one.
   *
   * @throws {UpstreamFault} When the connection breaks, or the stream ends within an event.
   */
  async next(): Promise<IteratorResult<Batch, undefined>> {
    const batch = this.#first ?? await this.#read();
    this.#first = undefined;
    if (batch !== undefined) {
      for (const { facts: { error } } of batch) {
        if (error !== undefined) this.#listener?.onFault(this.#faultOf(error));
      }
      return { done: false, value: batch };
    }
    if (this.#torn !== undefined) throw this.#torn;
    return { done: true, value: undefined };
  }

  /** Cancels the response; upstream notices at once. */
  async return(): Promise<IteratorResult<Batch, undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      await this.#response.cancel();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #read(): Promise<Batch | undefined> {
    while (!this.#ended) {
      const pieces = await this.#pieces();
      if (pieces.length > 0) return pieces.map((piece) => this.#observed(piece));
    }
    return undefined;
  }

  async #pieces(): Promise<readonly StreamPiece[]> {
    try {
      const bytes = await this.#response.read();
      this.#ended = bytes === undefined;
      if (bytes === undefined) return this.#splitter.end();
      if (this.#isOpen) this.#listener?.onBytes();
      return this.#splitter.push(bytes);
    } catch (error) {
      this.#ended = true;
      throw networkFault(error, this.#asked);
    }
  }

  #observed({ bytes, type }: StreamPiece): ObservedEvent {
    const facts = type === "rest" ? NO_FACTS : interactionFacts(bytes);
    if (type === "torn" && facts.isCut) this.#torn = new UpstreamFault("transient", endedInEvent());
    return { bytes, facts };
  }

  #faultOf(error: NonNullable<InteractionFacts["error"]>): UpstreamFault {
    return responseFault({ error, cause: "reported" }, {
      nowMs: this.#asked.clock.now(),
      retryAfterHeader: this.#response.header("retry-after"),
    });
  }
}
