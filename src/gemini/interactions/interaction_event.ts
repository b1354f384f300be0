/**
 * Reads what the gateway has to know of an event of the Interactions API.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { parsedJson } from "../../base/json.ts";
import { utf8Bytes, utf8Text } from "../../base/text/text.ts";
import type { TokenUsage } from "../api/token_usage.ts";
import { rpcErrorFromBody } from "../errors/error_body.ts";
import type { RpcError } from "../errors/rpc_error.ts";
import { JsonReader, JsonTextError } from "../json/json_reader.ts";
import { isRunning } from "./interaction_status.ts";
import { interactionUsage } from "./interaction_usage.ts";

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const DATA = utf8Bytes("data");
const ERROR = utf8Bytes('{"error":');
const END = utf8Bytes("}");
const LINE_FEED = Uint8Array.of(LF);

/** The type of the event that ends an interaction. */
const COMPLETED = "interaction.completed";

/** Longest id that is read, in bytes. */
const LONGEST_ID = 4096;

/** Status of the calls whose response is a stream. */
const HTTP_OK = 200;

/** The facts that an event contains. */
export interface InteractionFacts {
  /** Whether it has data: a comment has none. */
  readonly hasData: boolean;
  /** Whether its data ends too early. */
  readonly isCut: boolean;
  /**
   * The interaction that it shows, as JSON with the members that name resources: `id` and `environment_id`. Undefined
   * if it shows none.
   */
  readonly interaction: string | undefined;
  readonly usage: TokenUsage | undefined;
  /** Whether it shows that the interaction is over: its usage is that of the whole interaction. */
  readonly isOver: boolean;
  /** The error that it reports. */
  readonly error: RpcError | undefined;
}

/** An event or a part of one, and its facts. All events together are the response. */
export interface ObservedEvent {
  readonly bytes: Uint8Array;
  readonly facts: InteractionFacts;
}

/** For bytes without facts. */
export const NO_FACTS: InteractionFacts = {
  hasData: false,
  isCut: false,
  interaction: undefined,
  usage: undefined,
  isOver: false,
  error: undefined,
};

/**
 * Reads an event.
 *
 * @param event The bytes of an event, of its beginning, or of a bare JSON object, in which form Google reports some
 * errors.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { interactionFacts } from "./interaction_event.ts";
 *
 * const event = 'data: {"interaction_id":"abc","event_type":"interaction.status_update"}\n\n';
 * assert.equal(interactionFacts(new TextEncoder().encode(event)).interaction, '{"id":"abc"}');
 * ```
 */
export function interactionFacts(event: Uint8Array): InteractionFacts {
  const data = dataOf(event);
  if (data === undefined) return NO_FACTS;
  const reading: Reading = {};
  try {
    read(new JsonReader(data), reading);
    return { ...factsOf(reading), isCut: false };
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return { ...factsOf(reading), isCut: error.isCut };
  }
}

/** The members of an event that were read so far. */
interface Reading {
  type?: string | undefined;
  id?: string | undefined;
  environment?: string | undefined;
  usage?: TokenUsage | undefined;
  status?: string | undefined;
  error?: Uint8Array;
}

function read(reader: JsonReader, reading: Reading): void {
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    if (reader.isNamed("event_type")) reading.type = textOf(reader.take());
    else if (reader.isNamed("interaction") && reader.isObject) readInteraction(reader, reading);
    else if (reader.isNamed("interaction_id")) reading.id ??= textOf(reader.take());
    else if (reader.isNamed("environment_id")) reading.environment ??= textOf(reader.take());
    else if (reader.isNamed("status")) reading.status ??= textOf(reader.take());
    else if (reader.isNamed("usage")) {
      reading.usage = interactionUsage(reader.take()) ?? reading.usage;
    } else if (reader.isNamed("metadata") && reader.isObject) readMetadata(reader, reading);
    else if (reader.isNamed("error") && reader.isObject) reading.error = reader.take();
    else reader.skip();
  }
  reader.end();
}

/** Reads an interaction; of one that is cut off, the members that are there. */
function readInteraction(reader: JsonReader, reading: Reading): void {
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    if (reader.isNamed("id")) reading.id = textOf(reader.take());
    else if (reader.isNamed("environment_id")) reading.environment = textOf(reader.take());
    else if (reader.isNamed("status")) reading.status = textOf(reader.take());
    else if (reader.isNamed("usage")) {
      reading.usage = interactionUsage(reader.take()) ?? reading.usage;
    } else reader.skip();
  }
}

function readMetadata(reader: JsonReader, reading: Reading): void {
  for (let has = reader.enterObject(); has; has = reader.nextMember()) {
    if (reader.isNamed("total_usage")) {
      reading.usage = interactionUsage(reader.take()) ?? reading.usage;
    } else reader.skip();
  }
}

function textOf(json: Uint8Array): string | undefined {
  const text = json.length > LONGEST_ID ? undefined : parsedJson(json);
  return typeof text === "string" ? text : undefined;
}

function factsOf(reading: Reading): Omit<InteractionFacts, "isCut"> {
  const { type, id, environment, usage, status, error } = reading;
  const isShown = id !== undefined || environment !== undefined;
  const isError = error !== undefined && (type === undefined || type === "error");
  return {
    hasData: true,
    interaction: isShown ? JSON.stringify({ id, environment_id: environment }) : undefined,
    usage,
    isOver: type === COMPLETED || (status !== undefined && !isRunning(status)),
    error: isError
      ? rpcErrorFromBody(HTTP_OK, utf8Text(joinBytes([ERROR, error, END])))
      : undefined,
  };
}

/** The data of an event: of nearly all, a view on its one line. Undefined if it has none. */
function dataOf(event: Uint8Array): Uint8Array | undefined {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < event.length) {
    let end = start;
    while (end < event.length && event[end] !== LF && event[end] !== CR) end++;
    const value = dataIn(event, start, end);
    if (value !== undefined) lines.push(...(lines.length === 0 ? [value] : [LINE_FEED, value]));
    // Bare JSON may have many lines.
    else if (lines.length === 0 && event[start] === OPEN_BRACE) return event.subarray(start);
    start = end + 1;
  }
  return lines.length === 0 ? undefined : joinBytes(lines);
}

/** The value of a line that is a `data` field. */
function dataIn(event: Uint8Array, start: number, end: number): Uint8Array | undefined {
  for (let nth = 0; nth < DATA.length; nth++) {
    if (event[start + nth] !== DATA[nth]) return undefined;
  }
  const colon = start + DATA.length;
  if (colon < end && event[colon] !== COLON) return undefined;
  const value = event[colon + 1] === SPACE ? colon + 2 : colon + 1;
  return event.subarray(Math.min(value, end), end);
}
