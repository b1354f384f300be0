/**
 * Interprets the JSON of one event.
 *
 * @module
 */
import { rpcErrorFromBody } from "../errors/error_body.ts";
import { isSpace } from "../json/json_bytes.ts";
import { JsonReader, JsonTextError } from "../json/json_reader.ts";
import { scanResponse } from "./response_facts.ts";
import { RpcError } from "../errors/rpc_error.ts";
import type { StreamEvent, StreamFailure } from "./stream.ts";

/** Status of the calls whose response is a stream: an error inside must contain its own code. */
const HTTP_OK = 200;

/**
 * Most events in one payload or one piece: each takes time and memory, and an empty one has only two bytes.
 * Google's longest responses have some thousands.
 */
export const MOST_EVENTS = 50_000;

const OPEN_BRACKET = 0x5b;

const decoder = new TextDecoder();
const DONE = new TextEncoder().encode("[DONE]");

/** The context of a payload. */
export interface PayloadContext {
  /** Whether it is Code Assist's envelope. */
  readonly isEnveloped: boolean;
  /** Whether the event is named `error`: then it reports one, unless it has a response. */
  readonly isNamedError: boolean;
  /** Whether the payload's end was received: cut JSON is then `unreadable`, not `torn`. */
  readonly isEnded: boolean;
}

/**
 * The events in a payload: one, or several if it is an array. None for white space, which some relays send as
 * keep-alive, and for an envelope without a response, such as a bare traceId.
 *
 * @param payload The event's data, or an object of bare JSON. The events hold views on it.
 * @returns An error event is the last.
 */
export function readPayload(payload: Uint8Array, context: PayloadContext): StreamEvent[] {
  const { isNamedError } = context;
  const start = skipSpace(payload, 0);
  if (start === payload.length) {
    if (isNamedError) return [reported(payload)];
    return context.isEnded ? [] : [failure("torn", endedInEvent())];
  }
  if (isDone(payload, start)) return [{ type: "done" }];
  const events: StreamEvent[] = [];
  try {
    if (payload[start] === OPEN_BRACKET) readItems(payload, context, events);
    else readObject(payload, context, events);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    if (isNamedError) events.push(reported(payload));
    else if (context.isEnded) events.push(failure("unreadable", unreadable()));
    else events.push(failure("torn", endedInEvent()));
  }
  return events;
}

/** The event for a failure. */
export function failure(cause: StreamFailure, error: RpcError): StreamEvent {
  return { type: "error", error, cause };
}

/** The error for a stream that ends inside an event. */
export function endedInEvent(): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "Upstream's response ended in the middle of an event; send the request again",
  );
}

/** The error for a stream that ends before each of its candidates has a finish reason. */
export function endedUnfinished(): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "Upstream's response ended without a finish reason, so its end is missing; send the request " +
      "again",
  );
}

/** The error for a payload that is not a response. */
export function unreadable(): RpcError {
  return new RpcError(
    "INTERNAL",
    "Upstream sent what is neither JSON nor an event stream of the Gemini API. Check the account's " +
      "base URL, and what is in between",
    { code: 502 },
  );
}

/** The error for more events than are read. */
export function tooManyEvents(): RpcError {
  return new RpcError("INTERNAL", `Upstream sent more than ${MOST_EVENTS} events at once`, {
    code: 502,
  });
}

/** The index of the first byte that is not white space. */
function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

function readItems(payload: Uint8Array, context: PayloadContext, events: StreamEvent[]): void {
  const reader = new JsonReader(payload);
  for (let has = reader.enterArray(); has; has = reader.nextItem()) {
    readObject(reader.take(), context, events);
    if (events.at(-1)?.type === "error") return;
    if (events.length > MOST_EVENTS) {
      events.push(failure("unreadable", tooManyEvents()));
      return;
    }
  }
  reader.end();
}

function readObject(json: Uint8Array, context: PayloadContext, events: StreamEvent[]): void {
  const facts = scanResponse(json, context.isEnveloped);
  const isError = facts.isError || (context.isNamedError && !facts.hasResponse);
  if (isError) events.push(reported(facts.json ?? json));
  else if (facts.json !== undefined) events.push({ type: "data", json: facts.json, facts });
}

function reported(json: Uint8Array): StreamEvent {
  return failure("reported", rpcErrorFromBody(HTTP_OK, decoder.decode(json)));
}

function isDone(payload: Uint8Array, start: number): boolean {
  return DONE.every((byte, nth) => payload[start + nth] === byte) &&
    skipSpace(payload, start + DONE.length) === payload.length;
}
