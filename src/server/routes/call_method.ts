/**
 * Calls that one account serves.
 *
 * @module
 */
import type { Context } from "hono";
import {
  type CallMethod,
  isModelMethod,
  type MethodRow,
  METHODS,
  type Methods,
  type SocketMethod,
  type UploadMethod,
} from "../../gemini/api/methods.ts";
import { bareModelId } from "../../gemini/api/model.ts";
import { withOwnDownloads } from "../../gemini/resources/download_addresses.ts";
import { type AddressBook, namesIn } from "../../gemini/resources/named_resources.ts";
import { usageOfInteraction } from "../../gemini/interactions/interaction_usage.ts";
import { usageOfPredictions } from "../../gemini/resources/predictions_usage.ts";
import { type TokenUsage, usageOf } from "../../gemini/api/token_usage.ts";
import { type NativeRequest, NO_BODY, readNativeRequest } from "../../gemini/native_request.ts";
import type { StreamWriter } from "../../gemini/stream/stream.ts";
import type { Signatures } from "../../signatures/signatures.ts";
import { callSigned } from "../../upstream/signed_call.ts";
import type { UpstreamCall, UpstreamResponse } from "../../upstream/upstream.ts";
import type { Caller } from "../access/caller.ts";
import { checkBody, checkPath } from "../access/key_rules.ts";
import type { FileMover } from "../copies/file_mover.ts";
import { sendMoved } from "../copies/send_moved.ts";
import { type MergedListParts, mergedPage } from "../lists/merged_list.ts";
import { withResultsBooked } from "../owners/results_file.ts";
import { ownerOfNamed } from "../owners/named_owner.ts";
import { unsupportedUri } from "../owners/unsupported_uri.ts";
import type { Ownership } from "../owners/ownership.ts";
import { modelEdits } from "./model_edits.ts";
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
import { conversationOf } from "../dispatch/conversation.ts";
import type { ClientCall, Dispatcher } from "../dispatch/dispatch.ts";
import { EmptyResponses } from "../dispatch/empty_responses.ts";
import type { ModelNames } from "../catalog/model_names.ts";
import type { Environment } from "../environment.ts";
import { readBody } from "../body/request_body.ts";
import type { GatewaySettings } from "../settings.ts";
import { streamWriter } from "../response/stream_format.ts";
import { joinedUploads, type UploadWindows } from "../uploads/upload_windows.ts";

/** The dependencies of the routes. */
export interface CallRouteParts extends MergedListParts {
  readonly settings: GatewaySettings;
  readonly modelNames: ModelNames;
  readonly dispatcher: Dispatcher;
  readonly signatures: Signatures;
  readonly watch: CallWatch;
  readonly bodyMemory: BodyMemory;
  readonly ownership: Ownership;
  readonly fileMover: FileMover;
  readonly uploadWindows: UploadWindows;
  /** Tells which hosts in a request are this gateway's, and which are upstreams'. */
  readonly addresses: AddressBook;
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
    const { resources, edits, unclear } = namesIn(
      { path: resource, names: row.names },
      body,
      parts.addresses,
    );
    if (unclear !== undefined && caller.isScoped) throw unsupportedUri(unclear);
    // A call that is routed by its model has that name resolved when it is sent.
    const models = row.routing === "model" ? [] : modelEdits(body, parts.modelNames);
    const request = body.edited([...edits, ...models]);
    const pinned = await ownerOfNamed(resources, {
      ownership: parts.ownership,
      caller,
      watch,
      lifecycle,
      mayMove: mayMove(method),
    });
    const call: ClientCall = {
      method,
      retry: row.retry,
      version: target.version,
      model: record.model,
      isVertexForm: target.place !== undefined,
      resource,
      query: row.routing === "model" ? "" : upstreamQuery(
        queryOf(c.req.raw.url, query),
        { isContent: row.response === "bytes" },
      ),
      request,
      range: row.response === "bytes" ? rangeOf(c.req.raw.headers) : undefined,
      pinned,
      ...(row.isTurn || row.joinsConversation
        ? conversationOf(body.body, { headers: c.req.raw.headers, caller: caller.secret })
        : {}),
      ...(row.joinsUploads ? joinedUploads(parts.uploadWindows, caller) : {}),
      watch,
      lifecycle,
    };
    const { list } = row;
    const response: UpstreamResponse = list === undefined
      ? await send(call, { body, parts, caller })
      : { type: "json", bytes: await mergedPage({ call, caller, list }, parts) };
    return await respond(response, call, parts);
  } catch (error) {
    watch.finish();
    throw error;
  }
}

/** Whether copies may replace the files of a call. What is made from a file can depend on others of its project. */
function mayMove(method: CallMethod): boolean {
  return isModelMethod(method) && METHODS[method].makes.length === 0;
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

/** What sending a call needs. */
interface SendParts {
  /** The body as the client sent it. */
  readonly body: NativeRequest;
  readonly parts: CallRouteParts;
  readonly caller: Caller;
}

/** Sends a call until an account responds, and keeps up with the resources that it makes, shows or deletes. */
function send(
  call: ClientCall,
  { body, parts, caller }: SendParts,
): Promise<UpstreamResponse> {
  const { session, method, pinned } = call;
  const { dispatcher, signatures, ownership, fileMover, addresses } = parts;
  const empties = new EmptyResponses(call);
  const row: MethodRow = METHODS[method];
  const isOfResource = row.routing === "owner" || row.makes.length > 0 ||
    row.shows !== undefined;
  return empties.orLast(
    dispatcher.send(call, (upstream, upstreamCall, accountId) => {
      function sent(upstreamCall: UpstreamCall): Promise<UpstreamResponse> {
        return session === undefined || !row.isTurn
          ? upstream.call(upstreamCall)
          : callSigned(upstream, upstreamCall, { signatures, session });
      }
      const response = empties.note(
        pinned?.copies === undefined ? sent(upstreamCall) : sendMoved(upstreamCall, {
          copies: pinned.copies,
          fileMover,
          call: { body, addresses, caller, watch: call.watch, upstream, accountId },
          sent,
        }),
      );
      return isOfResource
        ? response.then((response) => ownership.noted(response, { call, accountId, caller }))
        : response;
    }),
  );
}

/** Reads the usage in a response. */
const READ_USAGE: {
  readonly [How in MethodRow["usage"]]?: (json: Uint8Array) => TokenUsage | undefined;
} = {
  usageMetadata: usageOf,
  interaction: usageOfInteraction,
  predictions: usageOfPredictions,
};

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
  lifecycle.used(READ_USAGE[usage]?.(response.bytes));
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
