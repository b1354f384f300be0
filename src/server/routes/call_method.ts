/**
 * Calls that one account serves.
 *
 * @module
 */
import type { Context } from "hono";
import {
  type CallMethod,
  type MethodRow,
  METHODS,
  type Methods,
  type SocketMethod,
  type UploadMethod,
} from "../../gemini/api/methods.ts";
import { bareModelId } from "../../gemini/api/model.ts";
import { withOwnDownloads } from "../../gemini/resources/download_addresses.ts";
import { type NativeRequest, NO_BODY, readNativeRequest } from "../../gemini/native_request.ts";
import type { StreamWriter } from "../../gemini/stream/stream.ts";
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import { checkBody, checkPath } from "../access/key_rules.ts";
import { type MergedListParts, mergedPage } from "../lists/merged_list.ts";
import { withResultsBooked } from "../owners/results_file.ts";
import type { Ownership } from "../owners/ownership.ts";
import { preparedCall, type PrepareParts } from "../native/prepared_call.ts";
import { sendCall, type SendParts } from "../native/send_call.ts";
import { usageIn } from "../native/usage_in.ts";
import { ownAddress } from "../own_address.ts";
import { unexpectedResponse } from "../response/unexpected_response.ts";
import { eventResponse } from "../response/event_response.ts";
import { byteResponse, limitsFor, rangeOf } from "../response/byte_response.ts";
import { responseStream } from "../response/response_stream.ts";
import type { BodyHold, BodyMemory } from "../body/body_memory.ts";
import { recordHeaders } from "../call/call_record.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { CallWatch, WatchedCall } from "../call/call_watch.ts";
import { upstreamQuery } from "../call/upstream_query.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import type { Environment } from "../environment.ts";
import { readBody } from "../body/request_body.ts";
import type { GatewaySettings } from "../settings.ts";
import { streamWriter } from "../response/stream_format.ts";

/** The dependencies of the routes. */
export interface CallRouteParts
  extends Omit<MergedListParts, "ownership">, PrepareParts, SendParts {
  readonly settings: GatewaySettings;
  readonly watch: CallWatch;
  readonly bodyMemory: BodyMemory;
  readonly ownership: Ownership;
}

/** The methods whose request and response are read whole or as events. */
type MessageMethod = Exclude<CallMethod, UploadMethod | SocketMethod>;

/** Creates the response for a client. */
type Respond = (
  response: UpstreamResponse,
  call: ClientCall,
  parts: CallRouteParts,
) => Response | Promise<Response>;

/**
 * Creates the function that makes a method's response, by the kind of response.
 *
 * @throws {RpcError} INVALID_ARGUMENT for an unsupported framing of streams.
 */
const RESPONDERS: {
  readonly [Kind in Methods[MessageMethod]["response"]]: (
    query: () => URLSearchParams,
    parts: CallRouteParts,
  ) => Respond;
} = {
  json: () => jsonResponse,
  bytes: () => (response, call, { ownership }) =>
    byteResponse(withResultsBooked(response, { call, bookings: ownership.bookings }), call),
  events: () => (response, call, parts) =>
    response.type === "events"
      ? eventResponse(response.events, call)
      : jsonResponse(response, call, parts),
  stream(query, { settings }) {
    const writer = streamWriter(query(), settings.streaming.defaultFormat);
    return (response, call, parts) => streamResponse(response, call, { writer, parts });
  },
};

/** Longest name of a model in a body that is read, in bytes. */
const LONGEST_MODEL = 4096;

/** What reading a body needs. */
interface BodyParts {
  readonly watch: WatchedCall;
  readonly hold: BodyHold;
  readonly lifecycle: CallLifecycle;
  readonly settings: GatewaySettings;
}

/** Reads a method's body, by the kind of body. A body that a method does not have is not read. */
const READERS: {
  readonly [Kind in Methods[MessageMethod]["body"]]: (
    parts: BodyParts,
  ) => NativeRequest | Promise<NativeRequest>;
} = {
  none: () => NO_BODY,
  async json({ watch, hold, lifecycle, settings }) {
    const { maxBodyBytes: maxBytes, bodyTimeoutMs: timeoutMs } = settings.server;
    const body = await readBody(watch, { maxBytes, timeoutMs, hold, record: lifecycle.record });
    lifecycle.body(body);
    return await readNativeRequest(body);
  },
};

/** A call, as in its path. */
export interface PathCall {
  readonly method: MessageMethod;
  /** The model as the client named it, before it is resolved; empty if the path names none. */
  readonly model: string;
  /** Name of the resource in the path; empty if the path names none. */
  readonly resource: string;
  /** The query that the client encoded into the path; see {@linkcode MethodMatch}. */
  readonly query: string;
}

/** Serves a call. */
export async function callMethod(
  c: Context<Environment>,
  { method, model, resource, query }: PathCall,
  parts: CallRouteParts,
): Promise<Response> {
  const { lifecycle, target, caller } = c.env;
  const { record } = lifecycle;
  const row: MethodRow & Pick<Methods[MessageMethod], "response" | "body"> = METHODS[method];
  record.method = method;
  record.model = model === "" ? "" : parts.modelNames.resolve(model);
  const ruled = { caller, row, record, resource };
  checkPath(ruled);
  const respond = RESPONDERS[row.response](() => queryOf(c.req.raw.url, query), parts);
  const watch = parts.watch.add(c.req.raw, limitsFor(row, parts.settings.timeouts));
  watch.record = record;
  // Released when the request was sent and there will be no retry with another account.
  using hold = parts.bodyMemory.hold();
  try {
    const { settings } = parts;
    const body = await READERS[row.body]({ watch, hold, lifecycle, settings });
    if (row.routing === "model" && model === "") record.model = modelIn(body, parts.modelNames);
    checkBody(ruled, { body, modelNames: parts.modelNames, settings: parts.settings });
    const call = await preparedCall({
      method,
      version: target.version,
      model: record.model,
      isVertexForm: target.place !== undefined,
      resource,
      query: row.routing === "model" ? "" : upstreamQuery(
        queryOf(c.req.raw.url, query),
        { isContent: row.response === "bytes" },
      ),
      body,
      range: row.response === "bytes" ? rangeOf(c.req.raw.headers) : undefined,
      caller,
      watch,
      lifecycle,
    }, parts);
    const { list } = row;
    const response: UpstreamResponse = list === undefined
      ? await sendCall(call, { body, parts, caller })
      : { type: "json", bytes: await mergedPage({ call, caller, list }, parts) };
    return await respond(response, call, parts);
  } catch (error) {
    watch.finish();
    throw error;
  }
}

/** The model that a body names, resolved, or the agent; empty if it names none. */
function modelIn({ body }: NativeRequest, modelNames: ModelNames): string {
  const id = bareModelId(body.get("model")?.text(LONGEST_MODEL) ?? "");
  return id === "" ? body.get("agent")?.text(LONGEST_MODEL) ?? "" : modelNames.resolve(id);
}

/** A request's query, with the parameters that were encoded into the path. */
function queryOf(url: string, inPath: string): URLSearchParams {
  const { searchParams } = new URL(url);
  for (const [name, value] of new URLSearchParams(inPath)) {
    if (!searchParams.has(name)) searchParams.set(name, value);
  }
  return searchParams;
}

function jsonResponse(
  response: UpstreamResponse,
  call: ClientCall,
  { settings, addresses }: CallRouteParts,
): Response {
  if (response.type !== "json") throw unexpectedResponse(response, call);
  const { lifecycle, watch, method } = call;
  watch.finish();
  lifecycle.firstByte();
  const { usage, downloads }: MethodRow = METHODS[method];
  if (usage === "usageMetadata") lifecycle.answered(response.bytes);
  lifecycle.used(usageIn(method, response.bytes));
  lifecycle.record.limited?.settle();
  const bytes = downloads === undefined ? response.bytes : withOwnDownloads(
    response.bytes,
    downloads,
    { own: ownAddress(watch.request, settings.server), addresses },
  );
  lifecycle.record.bytesOut += bytes.length;
  // The cast concerns only the buffer's type: a response is never in shared memory.
  return new Response(bytes as BodyInit, {
    headers: recordHeaders(lifecycle.record, {
      "content-type": "application/json; charset=UTF-8",
    }),
  });
}

/** Must not reference the request: its memory was released, and a stream may last for minutes. */
function streamResponse(
  response: UpstreamResponse,
  call: ClientCall,
  { writer, parts }: { readonly writer: StreamWriter; readonly parts: CallRouteParts },
): Response {
  if (response.type !== "stream") throw unexpectedResponse(response, call);
  const { watch, lifecycle } = call;
  lifecycle.firstByte();
  lifecycle.streams();
  const body = responseStream(response.events[Symbol.asyncIterator](), {
    writer,
    passDone: parts.settings.streaming.doneSentinel === "pass",
    watch,
    lifecycle,
    onEnd: () => {
      watch.finish();
      lifecycle.end();
    },
  });
  return new Response(body, {
    headers: recordHeaders(lifecycle.record, {
      "content-type": writer.contentType,
      // Proxies must neither cache nor buffer nor compress a stream.
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    }),
  });
}
