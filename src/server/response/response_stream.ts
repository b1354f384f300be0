/**
 * Streams a response from upstream to the client.
 *
 * @module
 */
import type { StreamEvent } from "../../gemini/stream/stream.ts";
import { KeepAlive } from "./keep_alive.ts";
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
  const { watch, lifecycle, onEnd, writer } = options;
  const frames = new ResponseFrames(stream, options);
  let isGone = false;
  let alive: KeepAlive | undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const frame = writer.keepAlive;
      if (frame === undefined) return;
      watch.keepAlive = alive = new KeepAlive({ frame, controller, record: lifecycle.record });
    },
    async pull(controller) {
      alive?.wait();
      const frame = await frames.next();
      alive?.rest();
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
      alive?.rest();
      watch.clientGone();
      lifecycle.clientGone();
      frames.count();
      onEnd();
      await frames.cancel();
    },
  }, { highWaterMark: 0 });
}
