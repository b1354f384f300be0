/**
 * A streamed answer on its way from upstream to the client.
 *
 * @module
 */
import type { StreamEvent } from "../gemini/stream.ts";
import type { Clock } from "../pool/clock.ts";
import { classify } from "../upstream/classify.ts";
import { nonsense } from "../upstream/exchange.ts";
import type { Upstream, UpstreamCall } from "../upstream/upstream.ts";
import { AnswerFrames, type FrameOptions, type OpenedStream } from "./answer_frames.ts";

/**
 * Opens a streamed answer as far as its first event: until then another account may still answer.
 *
 * @param upstream The account's upstream.
 * @param call The call.
 * @throws {UpstreamFault} Also for an error in place of the first event, and for a stream without any.
 */
export async function openStream(
  upstream: Upstream,
  call: UpstreamCall,
  clock: Clock,
): Promise<OpenedStream> {
  const rest = (await upstream.streamGenerateContent(call))[Symbol.asyncIterator]();
  while (true) {
    const { done, value: batch } = await rest.next();
    if (done) throw nonsense("a stream without an answer");
    const first = batch.find(isNotDone);
    if (first === undefined) continue;
    if (first.type === "data") return { first: batch, rest };
    await rest.return?.();
    throw classify(first.error, { nowMs: clock.now() });
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
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const frame = await frames.next();
      if (frame !== undefined) return controller.enqueue(frame);
      onEnd();
      controller.close();
    },
    async cancel() {
      watch.clientGone();
      record.failure = "The client closed the request";
      onEnd();
      await frames.cancel();
    },
  }, { highWaterMark: 0 });
}

function isNotDone(event: StreamEvent): event is Exclude<StreamEvent, { readonly type: "done" }> {
  return event.type !== "done";
}
