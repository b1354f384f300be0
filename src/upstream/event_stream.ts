/**
 * A streamed response's body, as events.
 *
 * @module
 */
import { endedUnfinished, failure } from "../gemini/stream/event_payload.ts";
import { SseDecoder } from "../gemini/stream/sse_decoder.ts";
import type { StreamEvent } from "../gemini/stream/stream.ts";
import { EmptyResponse } from "./faults/empty_response.ts";
import { type Exchange, networkFault, send, unusableResponse } from "./exchange.ts";
import { responseFault } from "./faults/response_fault.ts";
import type { StreamListener } from "./upstream.ts";
import type { UpstreamFault } from "./faults/upstream_fault.ts";
import type { HttpResponse } from "./wire/connections.ts";

/** What an {@linkcode EventStream} needs to know besides the request. */
export interface EventStreamOptions {
  /** Whether each event is Code Assist's envelope. Default: false. */
  readonly isEnveloped?: boolean;
  readonly listener?: StreamListener | undefined;
}

type Batch = readonly StreamEvent[];

/** What of a request its response is read with. The body is not kept: a stream may last for minutes. */
type Asked = Pick<Exchange, "clock" | "connections" | "signal" | "url">;

/**
 * Most events without content that are kept back while another account could still be asked, and most
 * bytes of them: an upstream that sends such to keep the connection alive must not fill the memory.
 */
const MOST_KEPT_BACK = 64;
const MOST_KEPT_BYTES = 256 * 1024;

/**
 * Sends a call, and opens its stream as far as the first content: until then another account may still
 * answer, so the few events that may come before it, with counts and ids alone, wait for it.
 *
 * @throws {UpstreamFault} Also for an error before any content, and {@linkcode EmptyResponse} for a
 * stream without any.
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
 * Reads events as they come: what arrives together is given together. An iterator of its own and no
 * generator, since one that is being given up must not wait for the read that is under way.
 */
export class EventStream implements AsyncIterableIterator<Batch, undefined> {
  readonly #decoder: SseDecoder;
  readonly #response: HttpResponse;
  readonly #asked: Asked;
  readonly #listener: StreamListener | undefined;
  /** The events up to the first content, until they are asked for. */
  #first: Batch | undefined;
  #isOpen = false;
  #ended = false;
  /** Candidates that have begun, and those that have ended: one bit for each index. */
  #begun = 0;
  #finished = 0;

  /** @param response A 2xx response. */
  constructor(
    response: HttpResponse,
    { clock, connections, signal, url }: Asked,
    options: EventStreamOptions,
  ) {
    this.#response = response;
    this.#asked = { clock, connections, signal, url };
    this.#listener = options.listener;
    this.#decoder = new SseDecoder({ isEnveloped: options.isEnveloped ?? false });
  }

  /**
   * Reads up to the first content.
   *
   * @throws {UpstreamFault} When there is none.
   */
  async open(): Promise<void> {
    const first: StreamEvent[] = [];
    let bytes = 0;
    while (!this.#isOpen) {
      const batch = await this.#read();
      if (batch === undefined) throw emptyStream(first);
      first.push(...batch);
      for (const event of batch) {
        if (event.type === "error") throw this.#faultOf(event);
        if (event.type !== "data") continue;
        bytes += event.json.length;
        this.#isOpen = event.facts.hasResponse || event.facts.hasUnknown;
        if (this.#isOpen) break;
      }
      this.#isOpen ||= first.length > MOST_KEPT_BACK || bytes > MOST_KEPT_BYTES;
    }
    this.#first = first;
  }

  /**
   * The next events, at least one.
   *
   * @throws {UpstreamFault} When the connection breaks.
   */
  async next(): Promise<IteratorResult<Batch, undefined>> {
    const batch = this.#first ?? await this.#read();
    this.#first = undefined;
    if (batch === undefined) return { done: true, value: undefined };
    const last = batch.at(-1);
    if (last?.type === "error") this.#listener?.onFault(this.#faultOf(last));
    return { done: false, value: batch };
  }

  /** Gives the response up: upstream learns of it at once. */
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
      const events = await this.#decode();
      for (const event of events) {
        if (event.type !== "data") continue;
        this.#begun |= event.facts.begun;
        this.#finished |= event.facts.finished;
      }
      if (events.at(-1)?.type === "error") await this.return();
      else if (this.#ended && (this.#begun & ~this.#finished) !== 0) {
        events.push(failure("torn", endedUnfinished()));
      }
      if (events.length > 0) return events;
    }
    return undefined;
  }

  async #decode(): Promise<StreamEvent[]> {
    try {
      const bytes = await this.#response.read();
      this.#ended = bytes === undefined;
      if (bytes === undefined) return this.#decoder.end();
      if (this.#isOpen) this.#listener?.onBytes();
      return this.#decoder.push(bytes);
    } catch (error) {
      this.#ended = true;
      throw networkFault(error, this.#asked);
    }
  }

  #faultOf(event: StreamEvent & { readonly type: "error" }): UpstreamFault {
    return responseFault(event, {
      nowMs: this.#asked.clock.now(),
      retryAfterHeader: this.#response.header("retry-after"),
    });
  }
}

/** A stream of nothing at all holds no response that could be passed on. */
function emptyStream(events: readonly StreamEvent[]): UpstreamFault {
  return events.some(({ type }) => type === "data")
    ? new EmptyResponse(events)
    : unusableResponse("a stream without a response");
}
