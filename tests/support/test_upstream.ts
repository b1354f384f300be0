/**
 * An upstream that a test writes itself: it accepts everything, and keeps the bytes that came.
 *
 * @module
 */

import { OwnPath, strayResponse } from "./own_path.ts";

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as on the wire, but without the path of the upstream's address. */
  readonly target: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An upstream that listens. */
export interface TestUpstream extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
}

/** Without `no-transform` Deno up to 2.7 compresses answers, and so delays the events of a stream. */
const STREAM_HEADERS = { "content-type": "text/event-stream", "cache-control": "no-transform" };

/** A GenerateContentResponse. */
export const RESPONSE = {
  candidates: [{ content: { role: "model", parts: [{ text: "Made up." }] }, finishReason: "STOP" }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
};

/**
 * Starts an upstream.
 *
 * @param answer Answers the requests; `index` counts them from 0. Default: {@linkcode RESPONSE} to calls,
 * and a list of one model.
 */
export function startTestUpstream(
  answer: (request: Request, index: number) => Response | Promise<Response> = respondWell,
): TestUpstream {
  const path = new OwnPath();
  const seen: SeenRequest[] = [];
  const closing = new AbortController();
  const { signal } = closing;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, onError: respondBadly, signal },
    async (request) => {
      const { method, headers, url } = request;
      const { origin } = new URL(url);
      const target = path.rest(url.slice(origin.length));
      if (target === undefined) return strayResponse();
      const body = await request.text();
      seen.push({ method, target, headers: new Headers(headers), body });
      const own = new Request(`${origin}${target}`, { method, headers, signal: request.signal });
      return await answer(own, seen.length - 1);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}${path.prefix}`,
    seen,
    async [Symbol.asyncDispose]() {
      // Requests that a test leaves open must not keep it from ending.
      closing.abort();
      await server.finished;
    },
  };
}

/** Messages as a whole response in `text/event-stream`. */
export function eventStream(...messages: readonly unknown[]): Response {
  const events = messages.map((message) => `data: ${JSON.stringify(message)}\r\n\r\n`);
  return new Response(events.join(""), { headers: STREAM_HEADERS });
}

/**
 * The address of a port that nobody listens on: a privileged one, which the system never gives away. A port that was free
 * a moment ago may be another test's now.
 */
export function closedUrl(): string {
  return "http://127.0.0.1:1023";
}

/** The address of a port that is free, for a server that cannot listen on port 0. */
export function freeUrl(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
}

/** A response in `text/event-stream` that a test writes piece by piece. */
export function scriptedStream(): {
  readonly response: Response;
  readonly write: (text: string) => void;
  readonly end: () => void;
} {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  return {
    response: new Response(readable, { headers: STREAM_HEADERS }),
    write: (text) => void writer.write(encoder.encode(text)).catch(ignore),
    end: () => void writer.close().catch(ignore),
  };
}

function respondWell({ method, url }: Request): Response {
  if (method === "GET") return Response.json({ models: [{ name: "models/gemini-2.5-flash" }] });
  return url.includes(":stream") ? eventStream(RESPONSE) : Response.json(RESPONSE);
}

/** What the gateway no longer reads can't be written. */
function ignore(): void {}

function respondBadly(): Response {
  return new Response("The test's own upstream failed", { status: 500 });
}
