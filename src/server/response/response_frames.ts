/**
 * A streamed response in the client's framing, piece by piece.
 *
 * @module
 */
import { delay } from "../../base/delay.ts";
import { joinBytes } from "../../base/join_bytes.ts";
import { usageOf } from "../../gemini/api/token_usage.ts";
import type { StreamEvent, StreamWriter } from "../../gemini/stream/stream.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import { toRpcError } from "./error_response.ts";

type Batch = readonly StreamEvent[];

/** How to write a response. */
export interface FrameOptions {
  readonly writer: StreamWriter;
  /** Whether a `[DONE]` that upstream sent is passed on. */
  readonly passDone: boolean;
  readonly watch: WatchedCall;
  readonly lifecycle: CallLifecycle;
}

/** The frames of one response. */
export class ResponseFrames {
  readonly #stream: AsyncIterator<Batch>;
  readonly #options: FrameOptions;
  /** The last chunk of the response: its usage is the whole response's. */
  #last: Uint8Array | undefined;
  /** What is still to be written after the last of upstream's events. */
  #ending: Uint8Array[] | undefined;
  #isGivenUp = false;

  /** @param stream Events from the first on. */
  constructor(stream: AsyncIterator<Batch>, options: FrameOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /**
   * The next bytes for the client, as soon as upstream's come; undefined at the end. A failure ends the
   * answer with the error frame of the client's framing. Never rejects.
   */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#ending === undefined) {
      const frame = await this.#nextFrame();
      if (frame.length > 0) return frame;
    }
    if (this.#ending.length === 0 || this.#isGivenUp) return undefined;
    // Each on its own: Deno gathers what is ready at the same time into one write.
    await delay();
    return this.#ending.shift();
  }

  /** Gives the response up. */
  async cancel(): Promise<void> {
    this.#isGivenUp = true;
    await this.#stream.return?.();
  }

  async #nextFrame(): Promise<Uint8Array> {
    const { writer, lifecycle, watch } = this.#options;
    try {
      watch.progress();
      const batch: Batch | undefined = (await this.#stream.next()).value;
      watch.rest();
      if (batch !== undefined) return this.#frame(batch);
      if (this.#last !== undefined) lifecycle.used(usageOf(this.#last));
      this.#ending = [writer.end()].filter(isNotEmpty);
    } catch (error) {
      await this.#fail(error);
    }
    return NOTHING;
  }

  async #frame(batch: Batch): Promise<Uint8Array> {
    const { writer, passDone } = this.#options;
    const frames: Uint8Array[] = [];
    for (const event of batch) {
      if (event.type === "data") frames.push(...writer.data(this.#last = event.json));
      // What came before an error is the client's, even when it came in the same read.
      else if (event.type === "error") await this.#fail(event.error);
      else if (passDone) frames.push(writer.done());
    }
    return joinBytes(frames);
  }

  async #fail(error: unknown): Promise<void> {
    const { writer, watch, lifecycle } = this.#options;
    const rpc = toRpcError(watch.over ?? error, lifecycle.record.redaction);
    lifecycle.failed(rpc);
    this.#ending = writer.error(rpc);
    await this.#stream.return?.();
  }
}

const NOTHING = new Uint8Array();

function isNotEmpty(frame: Uint8Array): boolean {
  return frame.length > 0;
}
