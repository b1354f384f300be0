/**
 * A streamed answer's body, as events.
 *
 * @module
 */
import { SseDecoder } from "../gemini/sse_decoder.ts";
import type { StreamEvent } from "../gemini/stream.ts";
import { networkFault } from "./exchange.ts";

/** What {@linkcode readEvents} needs to know besides the answer. */
export interface EventSource {
  readonly signal: AbortSignal;
  readonly url: string;
}

/**
 * Reads events as they come: what arrives together is given together. Giving up the iteration cancels
 * the body, and with it the upstream's work.
 *
 * @param response A 2xx answer in `text/event-stream`.
 * @throws {UpstreamFault} When the connection breaks.
 */
export async function* readEvents(
  response: Response,
  source: EventSource,
): AsyncGenerator<readonly StreamEvent[], void, undefined> {
  const decoder = new SseDecoder();
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let ended = false;
  try {
    while (!ended) {
      const { done, value } = await reader.read();
      ended = done;
      const events = value === undefined ? decoder.end() : decoder.push(value);
      if (events.length > 0) yield events;
    }
  } catch (error) {
    ended = true;
    throw networkFault(error, source);
  } finally {
    if (!ended) await reader.cancel().catch(ignore);
  }
}

/** A body that is being given up can fail in no way that still matters. */
function ignore(): void {}
