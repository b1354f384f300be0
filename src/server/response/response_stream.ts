/**
 * Streams a response from upstream to the client.
 *
 * @module
 */
import type { StreamEvent } from "../../gemini/stream/stream.ts";
import { type FrameOptions, ResponseFrames } from "./response_frames.ts";

/** The options for writing a response, and a callback for its end. */
export interface ResponseOptions extends FrameOptions {
  /** Called when the last byte was sent, or the client has disconnected. */
  readonly onEnd: () => void;
}

/**
 * Creates the body for the client. Reads from upstream only as fast as the client reads; aborts the upstream
 * request when the client disconnects.
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
      // If the client disconnects during this wait, cancel() has already ended the response.
      if (isGone) return;
      if (frame !== undefined) {
        lifecycle.record.bytesOut += frame.length;
        return controller.enqueue(frame);
      }
      onEnd();
      controller.close();
    },
    async cancel() {
      isGone = true;
      watch.clientGone();
      lifecycle.clientGone();
      frames.count();
      onEnd();
      await frames.cancel();
    },
  }, { highWaterMark: 0 });
}
