/**
 * Calls of the methods of models: one account answers, as JSON or as a stream.
 *
 * @module
 */
import type { Context } from "hono";
import type { ModelAliases } from "../../gemini/api/model_alias.ts";
import { METHODS, type Methods, type ModelMethod } from "../../gemini/api/methods.ts";
import { type NativeRequest, readNativeRequest } from "../../gemini/native_request.ts";
import type { StreamEvent, StreamWriter } from "../../gemini/stream/stream.ts";
import type { Signatures } from "../../signatures/signatures.ts";
import { withSignatures } from "../../upstream/signed_upstream.ts";
import type { Upstream } from "../../upstream/upstream.ts";
import { responseStream } from "../response/response_stream.ts";
import type { BodyMemory } from "../body/body_memory.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import { recordHeaders, usageOf } from "../call/call_record.ts";
import type { CallWatch, WatchedCall } from "../call/call_watch.ts";
import { conversationOf } from "../dispatch/conversation.ts";
import type { ClientCall, Dispatcher } from "../dispatch/dispatch.ts";
import { EmptyResponses } from "../dispatch/empty_responses.ts";
import type { Environment } from "../environment.ts";
import { readBody } from "../body/request_body.ts";
import type { GatewaySettings } from "../settings.ts";
import { streamWriter } from "../response/stream_format.ts";

/** What the routes are handed. */
export interface CallRouteParts {
  readonly settings: GatewaySettings;
  readonly aliases: ModelAliases;
  readonly dispatcher: Dispatcher;
  readonly signatures: Signatures;
  readonly watch: CallWatch;
  readonly bodyMemory: BodyMemory;
}

/** Sends a call to an account, and makes the response for its client. */
type Respond = (call: ClientCall, parts: CallRouteParts) => Promise<Response>;

/**
 * How a method's response is made, by its kind.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a framing of streams that is not served.
 */
const RESPONDERS: {
  readonly [Kind in Methods[ModelMethod]["response"]]: (
    query: () => URLSearchParams,
    parts: CallRouteParts,
  ) => Respond;
} = {
  json: () => whole,
  stream(query, { settings }) {
    const writer = streamWriter(query(), settings.streaming.defaultFormat);
    return (call, parts) => streamed(call, writer, parts);
  },
};

/** How a method's body is read. */
const READERS: {
  readonly [Kind in Methods[ModelMethod]["body"]]: (body: Uint8Array) => Promise<NativeRequest>;
} = { json: readNativeRequest };

/** A call of a model's method, as its path names it. */
export interface ModelCall {
  readonly method: ModelMethod;
  /** As the client names it: before aliasing. */
  readonly model: string;
  /** What the client encoded into the path; see {@linkcode MethodMatch}. */
  readonly query: string;
}

/** Serves a call of a model's method. */
export async function callModel(
  c: Context<Environment>,
  { method, model, query }: ModelCall,
  parts: CallRouteParts,
): Promise<Response> {
  const { lifecycle, target, caller } = c.env;
  const { record } = lifecycle;
  const row = METHODS[method];
  record.method = method;
  record.model = parts.aliases.resolve(model);
  const respond = RESPONDERS[row.response](() => queryOf(c.req.raw.url, query), parts);
  const watch = parts.watch.add(c.req.raw, parts.settings.timeouts);
  // Given back when the request has been sent and no other account can be asked.
  using hold = parts.bodyMemory.hold();
  try {
    const { maxBodyBytes: maxBytes, bodyTimeoutMs: timeoutMs } = parts.settings.server;
    const body = await readBody(watch, { maxBytes, timeoutMs, hold });
    lifecycle.body(body);
    const request = await READERS[row.body](body);
    const call: ClientCall = {
      method,
      version: target.version,
      model: record.model,
      request,
      ...(row.isTurn ? conversationOf(request.body, { headers: c.req.raw.headers, caller }) : {}),
      watch,
      lifecycle,
    };
    return await respond(call, parts);
  } catch (error) {
    watch.finish();
    throw error;
  }
}

/** A request's query, and what of it was encoded into the path. */
function queryOf(url: string, inPath: string): URLSearchParams {
  const { searchParams } = new URL(url);
  for (const [name, value] of new URLSearchParams(inPath)) {
    if (!searchParams.has(name)) searchParams.set(name, value);
  }
  return searchParams;
}

async function whole(call: ClientCall, parts: CallRouteParts): Promise<Response> {
  const { lifecycle, watch, method } = call;
  if (method === "streamGenerateContent") throw new TypeError("A stream is not read whole");
  const empties = new EmptyResponses(call, ({ json }) => json);
  const response = await empties.orLast(
    parts.dispatcher.send(
      call,
      (upstream, upstreamCall) => empties.note(signed(upstream, call, parts)[method](upstreamCall)),
    ),
  );
  watch.finish();
  lifecycle.firstByte();
  if (METHODS[method].usage === "usageMetadata") lifecycle.used(usageOf(response));
  // The cast is about the buffer's type only: a response never lives in shared memory.
  return new Response(response as BodyInit, {
    headers: recordHeaders(lifecycle.record, {
      "content-type": "application/json; charset=UTF-8",
    }),
  });
}

async function streamed(
  call: ClientCall,
  writer: StreamWriter,
  parts: CallRouteParts,
): Promise<Response> {
  const { lifecycle, watch } = call;
  const empties = new EmptyResponses<AsyncIterable<readonly StreamEvent[]>>(
    call,
    ({ events }) => ReadableStream.from([events]),
  );
  const stream = await empties.orLast(
    parts.dispatcher.send(
      call,
      (upstream, upstreamCall) =>
        empties.note(signed(upstream, call, parts).streamGenerateContent(upstreamCall)),
    ),
  );
  return streamResponse(stream, { writer, watch, lifecycle, parts });
}

/** What is needed of a call while its response streams. */
interface Streaming {
  readonly writer: StreamWriter;
  readonly watch: WatchedCall;
  readonly lifecycle: CallLifecycle;
  readonly parts: CallRouteParts;
}

/** Holds nothing of the request: its memory has been given back, and a stream may last for minutes. */
function streamResponse(
  stream: AsyncIterable<readonly StreamEvent[]>,
  { writer, watch, lifecycle, parts }: Streaming,
): Response {
  lifecycle.firstByte();
  lifecycle.streams();
  const body = responseStream(stream[Symbol.asyncIterator](), {
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
      // Whatever sits between must neither keep nor gather nor compress what is meant to flow.
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    }),
  });
}

/** The upstream, with the signatures of the call's conversation minded. */
function signed(upstream: Upstream, call: ClientCall, { signatures }: CallRouteParts): Upstream {
  const { session, request } = call;
  return session === undefined
    ? upstream
    : withSignatures(upstream, request, { signatures, session });
}
