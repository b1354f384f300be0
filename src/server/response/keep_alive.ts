/**
 * Keeps a silent stream alive: clients and proxies give up on a connection on which nothing comes for long, as while a
 * model thinks.
 *
 * @module
 */
import type { CallRecord } from "../call/call_record.ts";

/** How long a client waits without anything, in ms. */
const SILENT_MS = 15_000;

/** Where the frames go. */
export interface KeepAliveParts {
  /** The frame, such as a comment. */
  readonly frame: Uint8Array;
  /** Of a stream that buffers nothing. */
  readonly controller: Pick<ReadableStreamDefaultController<Uint8Array>, "desiredSize" | "enqueue">;
  readonly record: Pick<CallRecord, "bytesOut">;
}

/** Sends a frame whenever a client has waited for long since the last bytes. The timer of all calls drives it. */
export class KeepAlive {
  readonly #parts: KeepAliveParts;
  #hasBegun = false;
  #isWaiting = false;
  /** When the wait was noticed, or the last frame was sent: in ms since the epoch. */
  #sinceMs: number | undefined;

  constructor(parts: KeepAliveParts) {
    this.#parts = parts;
  }

  /** The client waits from now on. */
  wait(): void {
    // A stream begins with its own first frame.
    this.#isWaiting = this.#hasBegun;
    this.#sinceMs = undefined;
  }

  /** The client gets something, or the response is over. */
  rest(): void {
    this.#hasBegun = true;
    this.#isWaiting = false;
  }

  /** @param nowMs In ms since the epoch. */
  check(nowMs: number): void {
    if (!this.#isWaiting) return;
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs < SILENT_MS) return;
    this.#sinceMs = nowMs;
    const { frame, controller, record } = this.#parts;
    // A client that does not read gets no more than one.
    if (controller.desiredSize !== 0) return;
    record.bytesOut += frame.length;
    controller.enqueue(frame);
  }
}
