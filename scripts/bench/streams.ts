/**
 * Many streams at once, read as a client reads them.
 *
 * @module
 */
import { median } from "./statistics.ts";
import { EVENT_MARK } from "./upstream_server.ts";

/** Which streams to read. */
export interface StreamLoad {
  readonly url: string;
  readonly body: string;
  /** How many streams are read at once. */
  readonly streams: number;
  /** How often each of them is repeated. */
  readonly repeats: number;
  /** How many events each must have. */
  readonly events: number;
}

/** The result of reading the streams. */
export interface StreamResult {
  /** Median milliseconds from sending a request to its first event. */
  readonly firstEvent: number;
  readonly eventsPerSecond: number;
  /** Streams that were refused or ended with fewer events. */
  readonly errors: number;
}

/** Reads the streams to their ends. */
export async function readStreams(load: StreamLoad): Promise<StreamResult> {
  const firstEvents: number[] = [];
  let events = 0;
  let errors = 0;

  async function readInTurn(): Promise<void> {
    for (let turn = 0; turn < load.repeats; turn++) {
      const result = await readStream(load);
      // Responses repeats the whole text at the end.
      events += Math.min(result.events, load.events);
      if (result.events < load.events) errors++;
      if (result.firstEvent !== undefined) firstEvents.push(result.firstEvent);
    }
  }

  const start = performance.now();
  await Promise.all(Array.from({ length: load.streams }, readInTurn));
  const seconds = (performance.now() - start) / 1000;
  return { firstEvent: median(firstEvents), eventsPerSecond: events / seconds, errors };
}

async function readStream(load: StreamLoad): Promise<{ events: number; firstEvent?: number }> {
  const start = performance.now();
  const response = await fetch(load.url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-goog-api-key": "bench" },
    body: load.body,
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    return { events: 0 };
  }
  let events = 0;
  let firstEvent: number | undefined;
  for await (const chunk of response.body) {
    firstEvent ??= performance.now() - start;
    events += countEvents(chunk);
  }
  return { events, ...(firstEvent === undefined ? {} : { firstEvent }) };
}

function countEvents(chunk: Uint8Array): number {
  let count = 0;
  for (let at = chunk.indexOf(MARK); at >= 0; at = chunk.indexOf(MARK, at + 1)) count++;
  return count;
}

const MARK = EVENT_MARK.charCodeAt(0);
