/**
 * Streams bytes from upstream to the client, such as the content of a file.
 *
 * @module
 */
import { delay } from "../../base/delay.ts";
import type { MethodRow } from "../../gemini/api/methods.ts";
import type { UpstreamCall, UpstreamResponse } from "../../upstream/upstream.ts";
import { recordHeaders } from "../call/call_record.ts";
import type { CallLimits } from "../call/call_watch.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import { toRpcError } from "./error_response.ts";
import { KeepAlive } from "./keep_alive.ts";
import { unexpectedResponse } from "./unexpected_response.ts";

/** The client's headers that ask for a part of a file. */
const RANGE_HEADERS = ["range", "if-range"] as const;

/** How long Deno gets to write the bytes before a failure, in ms. */
const WRITTEN_MS = 20;

/** Values that an upstream request's header can have. */
const SENDABLE = /^[\t\x20-\x7e]*$/;

/** The response headers that describe the bytes; the others describe Google's own connection or caches. */
const DESCRIBES_BYTES =
  /^(?:accept-ranges|content-(?:disposition|encoding|language|length|md5|range|type)|digest|etag|last-modified|x-goog-(?:hash|generation|stored-content-(?:encoding|length)))$/;

/** The time limits of a method: a transfer of bytes may last as long as it makes progress. */
export function limitsFor(
  { response }: Pick<MethodRow, "response">,
  limits: CallLimits,
): CallLimits {
  return response === "bytes" ? { ...limits, totalMs: Infinity } : limits;
}

/** The headers of a request that ask for a part of a file; undefined if it asks for all of it. */
export function rangeOf(headers: Headers): UpstreamCall["range"] {
  const range: Record<string, string> = {};
  for (const name of RANGE_HEADERS) {
    const value = headers.get(name);
    // Any other value is invalid, and servers ignore an invalid Range.
    if (value !== null && SENDABLE.test(value)) range[name] = value;
  }
  return Object.keys(range).length === 0 ? undefined : range;
}

/** Creates the response. It reads from upstream only when the client reads. */
export async function byteResponse(
  response: UpstreamResponse,
  call: ClientCall,
): Promise<Response> {
  if (response.type !== "bytes") throw unexpectedResponse(response, call);
  const { watch, lifecycle } = call;
  lifecycle.firstByte();
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    if (DESCRIBES_BYTES.test(name)) headers[name] = value;
  }
  const init = {
    status: response.status,
    headers: recordHeaders(lifecycle.record, {
      ...headers,
      // Otherwise Deno would compress the bytes, and their length and ranges would be wrong.
      "cache-control": "no-transform",
      // A browser must not run a file's scripts: they would have the gateway's origin, and could call it.
      "content-security-policy": "sandbox",
      "x-content-type-options": "nosniff",
    }),
  };
  if (watch.request.method === "HEAD") {
    watch.finish();
    await response.body.cancel();
    return new Response(null, init);
  }
  lifecycle.streams();
  const hasLength = headers["content-length"] !== undefined;
  return new Response(byteStream(response.body, { call, hasLength }), init);
}

/** The body for a client. The call ends when the body ends or the client disconnects. */
export function byteStream(
  body: ReadableStream<Uint8Array>,
  { call: { watch, lifecycle }, hasLength, keepAlive }: {
    readonly call: ClientCall;
    /** What a client that waits for long gets; undefined for bytes that must stay as they are. */
    readonly keepAlive?: Uint8Array;
    /** Whether the client knows from the headers how many bytes there are. */
    readonly hasLength: boolean;
  },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  function end(): void {
    watch.finish();
    lifecycle.end();
  }
  let alive: KeepAlive | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (keepAlive === undefined) return;
      watch.keepAlive = alive = new KeepAlive({
        frame: keepAlive,
        controller,
        record: lifecycle.record,
      });
    },
    async pull(controller) {
      try {
        watch.progress();
        alive?.wait();
        const { done, value } = await reader.read();
        alive?.rest();
        watch.rest();
        if (!done) {
          lifecycle.record.bytesOut += value.length;
          return controller.enqueue(value);
        }
      } catch (error) {
        // The response has begun, so the client notices a failure only if the body is cut off. Deno prints the
        // error of a stream; a body that ends before its declared length is cut off without an error.
        lifecycle.failed(toRpcError(watch.over ?? error, lifecycle.record.redaction));
        if (!hasLength) {
          // Up to 2.7, Deno drops what it has not written yet when a body fails, even the headers.
          await delay(WRITTEN_MS);
          controller.error(`The response to ${lifecycle.record.requestId} broke off`);
        }
      }
      end();
      if (controller.desiredSize !== null) controller.close();
    },
    async cancel() {
      alive?.rest();
      watch.clientGone();
      lifecycle.clientGone();
      end();
      await reader.cancel();
    },
  }, { highWaterMark: 0 });
}
