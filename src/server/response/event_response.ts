/**
 * Streams the events of the Interactions API to the client, byte for byte.
 *
 * @module
 */
import { joinBytes } from "../../base/join_bytes.ts";
import { METHODS } from "../../gemini/api/methods.ts";
import type { ObservedEvent } from "../../gemini/interactions/interaction_event.ts";
import { recordHeaders } from "../call/call_record.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";
import { byteStream } from "./byte_response.ts";

/**
 * Creates the response. A stream that breaks is broken off for the client as well: SDKs then resume it, which they do
 * not after an event that reports an error.
 */
export function eventResponse(
  events: AsyncIterable<readonly ObservedEvent[]>,
  call: ClientCall,
): Response {
  const { lifecycle } = call;
  lifecycle.firstByte();
  lifecycle.streams();
  return new Response(byteStream(bytesOf(events, call), { call, hasLength: false }), {
    headers: recordHeaders(lifecycle.record, {
      "content-type": "text/event-stream",
      // Proxies must neither cache nor buffer nor compress a stream.
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    }),
  });
}

/** The bytes of the events. Keeps up with the usage and the error that they report. */
function bytesOf(
  events: AsyncIterable<readonly ObservedEvent[]>,
  { lifecycle, method }: ClientCall,
): ReadableStream<Uint8Array> {
  const stream = events[Symbol.asyncIterator]();
  const isCounted = METHODS[method].usage !== "none";
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await stream.next();
      if (done) return controller.close();
      for (const { facts: { usage, error } } of value) {
        if (usage !== undefined && isCounted) lifecycle.used(usage);
        if (error !== undefined) lifecycle.failed(error);
      }
      controller.enqueue(joinBytes(value.map(({ bytes }) => bytes)));
    },
    async cancel() {
      await stream.return?.();
    },
  }, { highWaterMark: 0 });
}
