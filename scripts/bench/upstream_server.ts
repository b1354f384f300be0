/**
 * The upstream of the benchmark: it sends fixed responses as fast as this runtime can. The model's id
 * in the path selects one: `bench-json` a small GenerateContentResponse, `bench-paced` a stream of 5
 * events at 5 ms, `bench-flood` a stream of 500 events without a pause. It also takes uploads, and drops them.
 *
 * @module
 */

/** How many events a stream of each model has. */
export const STREAM_EVENTS = { "bench-paced": 5, "bench-flood": 500 } as const;

/** A character that each event holds once, so that events can be counted however they are split. */
export const EVENT_MARK = "~";

const PACE_MS = 5;

const RESPONSE = JSON.stringify({
  candidates: [{
    content: {
      role: "model",
      parts: [{ text: `The quick brown fox jumps over the lazy dog.${EVENT_MARK}` }],
    },
    finishReason: "STOP",
    index: 0,
  }],
  usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 10, totalTokenCount: 22 },
  modelVersion: "bench-json",
  responseId: "bench",
});

const EVENT = new TextEncoder().encode(`data: ${RESPONSE}\r\n\r\n`);
const JSON_HEADERS = { "content-type": "application/json; charset=UTF-8" };
const SSE_HEADERS = { "content-type": "text/event-stream" };

const FILE = '{"file":{"name":"files/bench"}}';

function response(request: Request): Response | Promise<Response> {
  const { url } = request;
  if (url.includes("/upload/")) return uploaded(request);
  if (url.includes("bench-paced")) return new Response(pacedStream(), { headers: SSE_HEADERS });
  if (url.includes("bench-flood")) return new Response(floodStream(), { headers: SSE_HEADERS });
  return new Response(RESPONSE, { headers: JSON_HEADERS });
}

/** Reads an upload's bytes, and says that the upload has begun, goes on or is complete. */
async function uploaded({ url, headers, body }: Request): Promise<Response> {
  // Reading them is all that is done with them.
  await body?.pipeTo(new WritableStream());
  const command = headers.get("x-goog-upload-command") ?? "finalize";
  const isFinal = command.includes("finalize");
  return new Response(isFinal ? FILE : "", {
    headers: {
      ...JSON_HEADERS,
      "x-goog-upload-status": isFinal ? "final" : "active",
      ...(command === "start" ? { "x-goog-upload-url": `${url}?upload_id=bench` } : {}),
    },
  });
}

function pacedStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
  let timer: ReturnType<typeof setInterval> | undefined;
  /** The client can close the connection while it is written to. */
  let isGone = false;
  return new ReadableStream({
    start(controller) {
      let left = STREAM_EVENTS["bench-paced"];
      function emit(): void {
        controller.enqueue(EVENT);
        left--;
        if (left > 0 || isGone) return;
        clearInterval(timer);
        controller.close();
      }
      timer = setInterval(emit, PACE_MS);
      emit();
    },
    cancel() {
      isGone = true;
      clearInterval(timer);
    },
  });
}

function floodStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
  let left = STREAM_EVENTS["bench-flood"];
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(EVENT);
      left--;
      if (left === 0) controller.close();
    },
  });
}

if (import.meta.main) {
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(`http://127.0.0.1:${port}`),
  }, response);
}
