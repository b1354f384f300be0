/** The events that the page hears. @module */
import assert from "node:assert/strict";
import { live, readEvents } from "../../../src/ui/client/parts/live.js";

/**
 * A gateway whose events come once, and then nothing: also not their end.
 *
 * @param events Undefined: not even a response comes.
 */
function startSilentGateway(events: string | undefined) {
  const left = Promise.withResolvers<Response>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    if (events === undefined) return left.promise;
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(events)),
      cancel: () => left.resolve(new Response()),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/`, left, server };
}

Deno.test("The page leaves a stream of events on which nothing comes any more", async () => {
  const { url, left, server } = startSilentGateway('event: status\ndata: {"callsInFlight":1}\n\n');
  const heard: unknown[] = [];
  live.on("status", (status) => heard.push(status));
  const { signal } = new AbortController();
  await assert.rejects(readEvents(url, { headers: {}, signal, silentMs: 300 }), /abort/i);
  assert.deepEqual(heard, [{ callsInFlight: 1 }]);
  await left.promise;
  await server.shutdown();
});

Deno.test("The page leaves a gateway that does not respond", async () => {
  const { url, left, server } = startSilentGateway(undefined);
  const { signal } = new AbortController();
  await assert.rejects(readEvents(url, { headers: {}, signal, silentMs: 300 }), /abort/i);
  left.resolve(new Response());
  await server.shutdown();
});
