/**
 * A streamed answer on its way from upstream to the client.
 *
 * @module
 */
import { holdsContent } from "../gemini/answer_content.ts";
import type { StreamEvent } from "../gemini/stream.ts";
import type { Clock } from "../pool/clock.ts";
import { classify } from "../upstream/classify.ts";
import { nonsense } from "../upstream/exchange.ts";
import type { Upstream, UpstreamCall } from "../upstream/upstream.ts";
import { AnswerFrames, type FrameOptions, type OpenedStream } from "./answer_frames.ts";

/**
 * Most events without content that are kept back while another account could still answer: an upstream
 * that sends such to keep the connection alive must not fill the memory.
 */
const MOST_KEPT_BACK = 64;

/**
 * Opens a streamed answer as far as its first content: until then another account may still answer, so
 * the few events that may come before it, with counts and ids alone, wait for it.
 *
 * @param upstream The account's upstream.
 * @param call The call.
 * @throws {UpstreamFault} Also for an error before any content, and for a stream without any.
 */
export async function openStream(
  upstream: Upstream,
  call: UpstreamCall,
  clock: Clock,
): Promise<OpenedStream> {
  const rest = (await upstream.streamGenerateContent(call))[Symbol.asyncIterator]();
  try {
    return { first: await firstEvents(rest, clock), rest };
  } catch (error) {
    await rest.return?.();
    throw error;
  }
}

/** The events up to the first with content. */
async function firstEvents(
  stream: AsyncIterator<readonly StreamEvent[]>,
  clock: Clock,
): Promise<readonly StreamEvent[]> {
  const first: StreamEvent[] = [];
  while (true) {
    const { done, value: batch } = await stream.next();
    if (done) throw nonsense("a stream without an answer");
    for (const event of batch) first.push(event);
    for (const event of batch) {
      if (event.type === "error") throw classify(event.error, { nowMs: clock.now() });
      if (event.type === "data" && holdsContent(event.json)) return first;
    }
    if (first.length > MOST_KEPT_BACK) return first;
  }
}

/** How to write an answer, and what to do at its end. */
export interface AnswerOptions extends FrameOptions {
  /** The last byte has gone, or the client has. */
  readonly onEnd: () => void;
}

/**
 * The bytes for the client. When the client stops reading, so does this; when it goes away, upstream is
 * aborted.
 */
export function answerStream(
  stream: OpenedStream,
  options: AnswerOptions,
): ReadableStream<Uint8Array> {
  const { watch, record, onEnd } = options;
  const frames = new AnswerFrames(stream, options);
  let isGone = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const frame = await frames.next();
      // Who goes away while this waits has ended the answer already.
      if (isGone) return;
      if (frame !== undefined) return controller.enqueue(frame);
      onEnd();
      controller.close();
    },
    async cancel() {
      isGone = true;
      watch.clientGone();
      record.failure = "The client closed the request";
      onEnd();
      await frames.cancel();
    },
  }, { highWaterMark: 0 });
}
