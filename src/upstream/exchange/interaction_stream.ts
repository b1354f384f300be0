/**
 * Responses of the Interactions API: a whole message, or events that reach the client byte for byte, while the gateway
 * reads what it has to know of them.
 *
 * @module
 */
import {
  interactionFacts,
  NO_FACTS,
  type ObservedEvent,
} from "../../gemini/interactions/interaction_event.ts";
import { EventSplitter, type StreamPiece } from "../../gemini/interactions/event_splitter.ts";
import { endedInEvent } from "../../gemini/stream/event_payload.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import type { StreamListener, UpstreamResponse } from "../upstream.ts";
import type { HttpResponse } from "../wire/connections.ts";
import { type Asked, DecodedBody } from "./decoded_body.ts";
import { checkHasBody, type Exchange, send, unusableResponse } from "./exchange.ts";
import { readJson } from "./whole_response.ts";

type Batch = readonly ObservedEvent[];

/** Most bytes without data, such as comments, that are held back before the response begins. */
const MOST_HELD = 256 * 1024;

/**
 * Sends a call. Upstream's Content-Type shows whether the response is a message or a stream; a stream is read up to
 * its first event.
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
  readonly #body: DecodedBody<StreamPiece>;
  #first: Batch | undefined;
  /** The fault after the last batch. */
  #torn: UpstreamFault | undefined;

  /** @param response A 2xx response. */
  constructor(response: HttpResponse, asked: Asked, listener?: StreamListener) {
    this.#body = new DecodedBody(response, asked, { decoder: new EventSplitter(), listener });
  }

  /**
   * Reads up to the first event with data.
   *
   * @throws {UpstreamFault} If that is an error, or there is none.
   */
  async open(): Promise<void> {
    const body = this.#body;
    const first: ObservedEvent[] = [];
    let length = 0;
    while (!body.isOpen) {
      const batch = await this.#read();
      if (batch === undefined) throw this.#torn ?? unusableResponse("a stream without an event");
      const begins = batch.find(({ facts }) => facts.hasData);
      const error = begins?.facts.error;
      if (error !== undefined) throw body.faultOf({ error, cause: "reported" });
      first.push(...batch);
      for (const { bytes } of batch) length += bytes.length;
      body.isOpen = begins !== undefined || length > MOST_HELD;
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
        if (error !== undefined) this.#body.report({ error, cause: "reported" });
      }
      return { done: false, value: batch };
    }
    if (this.#torn !== undefined) throw this.#torn;
    return { done: true, value: undefined };
  }

  /** Cancels the response; upstream notices at once. */
  async return(): Promise<IteratorResult<Batch, undefined>> {
    await this.#body.cancel();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #read(): Promise<Batch | undefined> {
    while (!this.#body.ended) {
      const pieces = await this.#body.read();
      if (pieces.length > 0) return pieces.map((piece) => this.#observed(piece));
    }
    return undefined;
  }

  #observed({ bytes, type }: StreamPiece): ObservedEvent {
    const facts = type === "rest" ? NO_FACTS : interactionFacts(bytes);
    if (type === "torn" && facts.isCut) this.#torn = new UpstreamFault("transient", endedInEvent());
    return { bytes, facts };
  }
}
