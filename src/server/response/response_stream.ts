/**
 * A streamed response on its way from upstream to the client.
 *
 * @module
 */
import type { StreamEvent } from "../../gemini/stream/stream.ts";
import { type FrameOptions, ResponseFrames } from "./response_frames.ts";

/** How to write a response, and what to do at its end. */
export interface ResponseOptions extends FrameOptions {
  /** The last byte has gone, or the client has. */
  readonly onEnd: () => void;
}

/**
 * The bytes for the client. When the client stops reading, so does this; when it goes away, upstream is
 * aborted.
 */
export function responseStream(
  stream: AsyncIterator<readonly StreamEvent[]>,
  options: ResponseOptions,
): ReadableStream<Uint8Array> {
  const { watch, lifecycle, onEnd } = options;
  const frames = new ResponseFrames(stream, options);
  let isGone = false;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const frame = await frames.next();
      // Who goes away while this waits has ended the response already.
      if (isGone) return;
      if (frame !== undefined) return controller.enqueue(frame);
      onEnd();
      controller.close();
    },
    async cancel() {
      isGone = true;
      watch.clientGone();
      lifecycle.record.failure = "The client closed the request";
      onEnd();
      await frames.cancel();
    },
  }, { highWaterMark: 0 });
}
