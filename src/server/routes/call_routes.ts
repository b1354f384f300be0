/**
 * The routes that call a model.
 *
 * @module
 */
import { Hono } from "hono";
import type { ModelAliases } from "../../gemini/api/model_alias.ts";
import { isModelMethod, type ModelMethod, parseModelCall } from "../../gemini/api/native_path.ts";
import { readNativeRequest } from "../../gemini/native_request.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { StreamEvent, StreamWriter } from "../../gemini/stream/stream.ts";
import type { Clock } from "../../base/clock.ts";
import type { Signatures } from "../../signatures/signatures.ts";
import { withSignatures } from "../../upstream/signed_upstream.ts";
import type { Upstream } from "../../upstream/upstream.ts";
import { responseStream } from "../response/response_stream.ts";
import type { BodyMemory } from "../body/body_memory.ts";
import { type CallRecord, recordHeaders, usageOf } from "../call/call_record.ts";
import type { CallWatch, WatchedCall } from "../call/call_watch.ts";
import { conversationOf } from "../dispatch/conversation.ts";
import type { ClientCall, Dispatcher } from "../dispatch/dispatch.ts";
import { EmptyResponses } from "../dispatch/empty_responses.ts";
import type { Environment } from "../environment.ts";
import { readBody } from "../body/request_body.ts";
import type { GatewaySettings } from "../settings.ts";
import { streamWriter } from "../response/stream_format.ts";
import { specOf } from "./model_routes.ts";

/** What the routes are handed. */
export interface CallRouteParts {
  readonly settings: GatewaySettings;
  readonly aliases: ModelAliases;
  readonly dispatcher: Dispatcher;
  readonly signatures: Signatures;
  readonly watch: CallWatch;
  readonly bodyMemory: BodyMemory;
  readonly clock: Clock;
  /** A call is over, its record complete. */
  readonly onCall: (record: CallRecord) => void;
  /** A call's body has arrived, whatever it holds. */
  readonly onBody: (record: CallRecord, body: Uint8Array) => void;
}

/** Makes the routes `POST /models/<id>:<method>` and `POST /models/<id>/<method>`. */
export function callRoutes(parts: CallRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.post("/models/*", async (c) => {
    const { record, target, caller } = c.env;
    const { model, method } = parseModelCall(specOf(target));
    if (model === "" || !isModelMethod(method)) throw notServed(method);
    record.method = method;
    record.model = parts.aliases.resolve(model);
    const writer = method === "streamGenerateContent" ? writerFor(c.req.raw, parts) : undefined;
    const watch = parts.watch.add(c.req.raw, parts.settings.timeouts);
    // Given back when the request has been sent and no other account can be asked.
    using hold = parts.bodyMemory.hold();
    try {
      const { maxBodyBytes: maxBytes, bodyTimeoutMs: timeoutMs } = parts.settings.server;
      const body = await readBody(watch, { maxBytes, timeoutMs, hold });
      parts.onBody(record, body);
      const request = await readNativeRequest(body);
      const call: ClientCall = {
        version: target.version,
        model: record.model,
        request,
        ...(method === "countTokens"
          ? {}
          : conversationOf(request.body, { headers: c.req.raw.headers, caller })),
        watch,
        record,
      };
      if (writer !== undefined) return await streamed(call, writer, parts);
      return await whole(call, method === "countTokens" ? method : "generateContent", parts);
    } catch (error) {
      watch.finish();
      throw error;
    }
  });
  return routes;
}

async function whole(
  call: ClientCall,
  method: Exclude<ModelMethod, "streamGenerateContent">,
  parts: CallRouteParts,
): Promise<Response> {
  const { record, watch } = call;
  const empties = new EmptyResponses(call, ({ json }) => json);
  const response = await empties.orLast(
    parts.dispatcher.send(
      call,
      (upstream, upstreamCall) => empties.note(signed(upstream, call, parts)[method](upstreamCall)),
    ),
  );
  watch.finish();
  record.status = 200;
  record.firstByteAtMs = parts.clock.now();
  record.usage = usageOf(response);
  parts.onCall(record);
  // The cast is about the buffer's type only: a response never lives in shared memory.
  return new Response(response as BodyInit, {
    headers: recordHeaders(record, { "content-type": "application/json; charset=UTF-8" }),
  });
}

async function streamed(
  call: ClientCall,
  writer: StreamWriter,
  parts: CallRouteParts,
): Promise<Response> {
  const { record, watch } = call;
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
  return streamResponse(stream, { writer, watch, record, parts });
}

/** What is needed of a call while its response streams. */
interface Streaming {
  readonly writer: StreamWriter;
  readonly watch: WatchedCall;
  readonly record: CallRecord;
  readonly parts: CallRouteParts;
}

/** Holds nothing of the request: its memory has been given back, and a stream may last for minutes. */
function streamResponse(
  stream: AsyncIterable<readonly StreamEvent[]>,
  { writer, watch, record, parts }: Streaming,
): Response {
  record.status = 200;
  record.firstByteAtMs = parts.clock.now();
  const body = responseStream(stream[Symbol.asyncIterator](), {
    writer,
    passDone: parts.settings.streaming.doneSentinel === "pass",
    watch,
    record,
    onEnd: () => {
      watch.finish();
      parts.onCall(record);
    },
  });
  return new Response(body, {
    headers: recordHeaders(record, {
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

function writerFor(request: Request, parts: CallRouteParts): StreamWriter {
  return streamWriter(new URL(request.url).searchParams, parts.settings.streaming.defaultFormat);
}

function notServed(method: string): RpcError {
  return new RpcError(
    "NOT_FOUND",
    method === ""
      ? "This path names no method. Pollux serves …/models/<id>:generateContent, " +
        ":streamGenerateContent and :countTokens"
      : `The method "${method}" is not served. Pollux serves generateContent, ` +
        "streamGenerateContent and countTokens",
  );
}
