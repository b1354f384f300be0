/**
 * Sends requests and collects their JSON responses.
 *
 * @module
 */
import { withoutByteOrderMark } from "../../base/text/byte_order_mark.ts";
import { delay } from "../../base/delay.ts";
import { utf8Bytes } from "../../base/text/text.ts";
import {
  endedUnfinished,
  failure,
  MOST_EVENTS,
  tooManyEvents,
  unreadable,
} from "../../gemini/stream/event_payload.ts";
import { jsonMember } from "../../gemini/json/json_member.ts";
import { JsonTextError } from "../../gemini/json/json_reader.ts";
import { mergeChunks } from "../../gemini/stream/merge_chunks.ts";
import { type ResponseFacts, scanResponse } from "../../gemini/stream/response_facts.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { SseDecoder } from "../../gemini/stream/sse_decoder.ts";
import type { StreamEvent } from "../../gemini/stream/stream.ts";
import { EmptyResponse } from "../faults/empty_response.ts";
import {
  type Exchange,
  networkFault,
  send,
  unusableResponse,
  withFinalFaults,
} from "./exchange.ts";
import { responseFault } from "../faults/response_fault.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";
import { collect, ResponseTooLong } from "../wire/http/collect.ts";
import type { HttpResponse } from "../wire/connections.ts";

/** Properties of the expected response. */
interface Expectation {
  /** Whether it is Code Assist's envelope. Default: false. */
  readonly isEnveloped?: boolean;
  /** Whether it can be a resource whose processing failed. Default: false. */
  readonly mayHaveFailed?: boolean;
}

/** A message and its classification. */
interface Message {
  readonly json: Uint8Array;
  readonly facts: ResponseFacts;
}
const NO_MEMBERS = utf8Bytes("{}");

/**
 * Sends a call of a model and reads its response.
 *
 * @param exchange What to send.
 * @returns The bytes of a GenerateContentResponse, out of any envelope.
 * @throws {UpstreamFault} Also for an error of status 200, for a response that is incomplete or can't be read,
 * and {@linkcode EmptyResponse}.
 */
export async function sendForResponse(
  exchange: Exchange,
  expectation: Expectation = {},
): Promise<Uint8Array> {
  const { json, facts } = await receive(exchange, expectation);
  if (!facts.hasResponse && !facts.hasUnknown) {
    throw new EmptyResponse([{ type: "data", json, facts }]);
  }
  return json;
}

/**
 * Sends a request and collects its response.
 *
 * @param exchange What to send.
 * @returns The bytes of a JSON object, out of any envelope. An `error` in an object with a name is that resource's
 * own, as of a batch or file that failed.
 * @throws {UpstreamFault} Also for an error of status 200, and for anything but one complete object.
 */
export async function sendForJson(
  exchange: Exchange,
  expectation: Pick<Expectation, "isEnveloped"> = {},
): Promise<Uint8Array> {
  const message = receive(exchange, { ...expectation, mayHaveFailed: true });
  return (await withFinalFaults(exchange, message)).json;
}

/** The same for a response that has begun. */
export async function readJson(response: HttpResponse, exchange: Exchange): Promise<Uint8Array> {
  return (await readMessage(response, exchange, { mayHaveFailed: true })).json;
}

/**
 * As {@linkcode sendForJson}, for a long-running operation: its `error` is the result of the work, and not an
 * error of the request.
 */
export async function sendForOperation(exchange: Exchange): Promise<Uint8Array> {
  const bytes = await readBytes(await send(exchange), exchange);
  try {
    scanResponse(bytes);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw responseFault({ error: unreadable(), cause: "unreadable" }, contextOf(exchange));
  }
  return bytes;
}

async function receive(exchange: Exchange, expectation: Expectation): Promise<Message> {
  return await readMessage(await send(exchange), exchange, expectation);
}

/** Reads a whole message. */
async function readMessage(
  response: HttpResponse,
  exchange: Exchange,
  { isEnveloped = false, mayHaveFailed = false }: Expectation,
): Promise<Message> {
  const received = await readBytes(response, exchange);
  // Proxies send 204 for Google's empty message. An error would make the client delete once more.
  const isDone = received.length === 0 && exchange.method === "DELETE";
  const bytes = isDone ? NO_MEMBERS : received;
  const context = contextOf(exchange, response);
  let facts: ResponseFacts;
  try {
    facts = scanResponse(bytes, isEnveloped);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return await messageOfEvents(bytes, { isEnveloped, isFramed: response.isFramed, context });
  }
  // Protobuf's JSON omits empty messages: an envelope without a response has an empty one.
  const { json = NO_MEMBERS, isError } = facts;
  if (!isError || (mayHaveFailed && isResource(json))) return { json, facts };
  const [event] = new SseDecoder({ isEnveloped }).push(bytes);
  if (event?.type !== "error") throw unusableResponse("an error that can't be read");
  throw responseFault(event, context);
}

/** Whether a message has a name or, as what interactions use, an id. */
function isResource(json: Uint8Array): boolean {
  return jsonMember(json, "name") !== undefined || jsonMember(json, "id") !== undefined;
}

/** How much of a body in another framing is read before yielding to the event loop, in bytes. */
const TURN_BYTES = 256 * 1024;

/** The events of a whole body, up to the first error. */
async function eventsOf(bytes: Uint8Array, isEnveloped: boolean): Promise<readonly StreamEvent[]> {
  const events: StreamEvent[] = [];
  const decoder = new SseDecoder({ isEnveloped });
  for (let at = 0; at < bytes.length; at += TURN_BYTES) {
    if (at > 0) await delay();
    events.push(...decoder.push(bytes.subarray(at, at + TURN_BYTES)));
    if (events.length > MOST_EVENTS) return [failure("unreadable", tooManyEvents())];
    if (events.at(-1)?.type === "error") return events;
  }
  return [...events, ...decoder.end()];
}

/** A response in another framing: events, or an array. */
async function messageOfEvents(
  bytes: Uint8Array,
  options: {
    readonly isEnveloped: boolean;
    readonly isFramed: boolean;
    readonly context: ReturnType<typeof contextOf>;
  },
): Promise<Message> {
  const { isEnveloped, context } = options;
  const chunks: Uint8Array[] = [];
  let begun = 0;
  let finished = 0;
  for (const event of await eventsOf(bytes, isEnveloped)) {
    if (event.type === "data") {
      chunks.push(event.json);
      begun |= event.facts.begun;
      finished |= event.facts.finished;
    } else if (event.type === "error") {
      // HTTP signalled a complete body: a torn event was sent that way.
      const isTorn = event.cause === "torn";
      throw responseFault(
        isTorn && options.isFramed ? { error: unreadable(), cause: "unreadable" } : event,
        context,
      );
    }
  }
  if (chunks.length === 0) throw unusableResponse("an empty response");
  if ((begun & ~finished) !== 0) {
    throw responseFault({ error: endedUnfinished(), cause: "torn" }, context);
  }
  const json = mergeChunks(chunks);
  return { json, facts: scanResponse(json) };
}

/**
 * Collects the body of a response.
 *
 * @throws {UpstreamFault}
 */
export async function readBytes(response: HttpResponse, exchange: Exchange): Promise<Uint8Array> {
  try {
    return withoutByteOrderMark(await collect(response));
  } catch (error) {
    if (!(error instanceof ResponseTooLong)) throw networkFault(error, exchange);
    const rpc = new RpcError("INTERNAL", `Upstream sent ${error.message}; ask for a shorter one`);
    throw new UpstreamFault("transient", rpc, { isFinal: true });
  }
}

function contextOf({ clock }: Exchange, response?: HttpResponse) {
  return { nowMs: clock.now(), retryAfterHeader: response?.header("retry-after") };
}
