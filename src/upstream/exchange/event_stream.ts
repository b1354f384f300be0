/**
 * Reads the body of a streamed response as events.
 *
 * @module
 */
import { endedUnfinished, failure } from "../../gemini/stream/event_payload.ts";
import { SseDecoder } from "../../gemini/stream/sse_decoder.ts";
import type { StreamEvent } from "../../gemini/stream/stream.ts";
import { EmptyResponse } from "../faults/empty_response.ts";
import { type Asked, DecodedBody } from "./decoded_body.ts";
import { type Exchange, send, unusableResponse } from "./exchange.ts";
import type { StreamListener } from "../upstream.ts";
import type { UpstreamFault } from "../faults/upstream_fault.ts";
import type { HttpResponse } from "../wire/connections.ts";

/** Options of an {@linkcode EventStream} besides the request. */
export interface EventStreamOptions {
  /** Whether each event is Code Assist's envelope. Default: false. */
  readonly isEnveloped?: boolean;
  readonly listener?: StreamListener | undefined;
}

type Batch = readonly StreamEvent[];

/**
 * Most events without content that are buffered while another account could still be tried, and most bytes of
 * them: an upstream that sends them as keep-alive must not fill the memory.
 */
const MOST_KEPT_BACK = 64;
const MOST_KEPT_BYTES = 256 * 1024;

/**
 * Sends a call and reads its stream up to the first content: until then the call can still be retried with
 * another account, so earlier events, which contain only counts and ids, are buffered.
 *
 * @throws {UpstreamFault} Also for an error before any content, and {@linkcode EmptyResponse} for a stream
 * without content.
 */
export async function sendForStream(
  exchange: Exchange,
  options: EventStreamOptions = {},
): Promise<EventStream> {
  const stream = new EventStream(await send(exchange), exchange, options);
  try {
    await stream.open();
    return stream;
  } catch (error) {
    await stream.return();
    throw error;
  }
}

/**
 * Reads events as they arrive, in batches. Not a generator, because cancelling a generator waits for its
 * pending read.
 */
export class EventStream implements AsyncIterableIterator<Batch, undefined> {
  readonly #body: DecodedBody<StreamEvent>;
  /** The events up to the first content, until they are read. */
  #first: Batch | undefined;
  /** Candidates that have begun and that have finished: one bit for each index. */
  #begun = 0;
  #finished = 0;

  /** @param response A 2xx response. */
  constructor(
    response: HttpResponse,
    asked: Asked,
    { isEnveloped = false, listener }: EventStreamOptions,
  ) {
    this.#body = new DecodedBody(response, asked, {
      decoder: new SseDecoder({ isEnveloped }),
      listener,
    });
  }

  /**
   * Reads up to the first content.
   *
   * @throws {UpstreamFault} When there is none.
   */
  async open(): Promise<void> {
    const body = this.#body;
    const first: StreamEvent[] = [];
    let bytes = 0;
    while (!body.isOpen) {
      const batch = await this.#read();
      if (batch === undefined) throw emptyStream(first);
      first.push(...batch);
      for (const event of batch) {
        if (event.type === "error") throw body.faultOf(event);
        if (event.type !== "data") continue;
        bytes += event.json.length;
        body.isOpen = event.facts.hasResponse || event.facts.hasUnknown;
        if (body.isOpen) break;
      }
      body.isOpen ||= first.length > MOST_KEPT_BACK || bytes > MOST_KEPT_BYTES;
    }
    this.#first = first;
  }

  /**
   * Returns the next events, at least one.
   *
   * @throws {UpstreamFault} When the connection breaks.
   */
  async next(): Promise<IteratorResult<Batch, undefined>> {
    const batch = this.#first ?? await this.#read();
    this.#first = undefined;
    if (batch === undefined) return { done: true, value: undefined };
    const last = batch.at(-1);
    if (last?.type === "error") this.#body.report(last);
    return { done: false, value: batch };
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
      const events = await this.#body.read();
      for (const event of events) {
        if (event.type !== "data") continue;
        this.#begun |= event.facts.begun;
        this.#finished |= event.facts.finished;
      }
      if (events.at(-1)?.type === "error") await this.return();
      else if (this.#body.ended && (this.#begun & ~this.#finished) !== 0) {
        events.push(failure("torn", endedUnfinished()));
      }
      if (events.length > 0) return events;
    }
    return undefined;
  }
}

/** A stream without any event contains no response that could be forwarded. */
function emptyStream(events: readonly StreamEvent[]): UpstreamFault {
  return events.some(({ type }) => type === "data")
    ? new EmptyResponse(events)
    : unusableResponse("a stream without a response");
}
