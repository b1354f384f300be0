/**
 * Converts a streamed response to the client's framing, chunk by chunk.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { delay } from "../../base/delay.ts";
import { joinBytes } from "../../base/join_bytes.ts";
import { usageOf } from "../../gemini/api/token_usage.ts";
import type { StreamEvent, StreamWriter } from "../../gemini/stream/stream.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import { toRpcError } from "./error_response.ts";

type Batch = readonly StreamEvent[];

/** The options for writing a response. */
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
  /** The last chunk with usage, which covers the whole response so far. */
  #counted: Uint8Array | undefined;
  /** The frames to write after upstream's last event. */
  #ending: Uint8Array[] | undefined;
  #isGivenUp = false;

  /** @param stream All events, from the first one. */
  constructor(stream: AsyncIterator<Batch>, options: FrameOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /**
   * The next bytes for the client, as soon as upstream's bytes arrive; undefined at the end. If upstream
   * fails, the response ends with an error frame in the client's framing. Never rejects.
   */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#ending === undefined) {
      const frame = await this.#nextFrame();
      if (frame.length > 0) return frame;
    }
    if (this.#ending.length === 0 || this.#isGivenUp) return undefined;
    // One frame at a time: Deno combines chunks that are ready at the same time into one write.
    await delay();
    return this.#ending.shift();
  }

  /** Records the usage that was reported so far: a stream that breaks off has used it as well. */
  count(): void {
    if (this.#counted === undefined) return;
    const { lifecycle } = this.#options;
    lifecycle.answered(this.#counted);
    lifecycle.used(usageOf(this.#counted));
    this.#counted = undefined;
  }

  /** Cancels the response. */
  async cancel(): Promise<void> {
    this.#isGivenUp = true;
    await this.#stream.return?.();
  }

  async #nextFrame(): Promise<Uint8Array> {
    const { writer, watch } = this.#options;
    try {
      watch.progress();
      const batch: Batch | undefined = (await this.#stream.next()).value;
      watch.rest();
      if (batch !== undefined) return this.#frame(batch);
      this.count();
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
      if (event.type === "data") {
        if (hasUsage(event.json)) this.#counted = event.json;
        frames.push(...writer.data(event.json));
        // The client gets the events before an error, even if they arrived in the same read.
      } else if (event.type === "error") await this.#fail(event.error);
      else if (passDone) frames.push(writer.done());
    }
    return joinBytes(frames);
  }

  async #fail(error: unknown): Promise<void> {
    const { writer, watch, lifecycle } = this.#options;
    const rpc = toRpcError(watch.over ?? error, lifecycle.record.redaction);
    this.count();
    lifecycle.failed(rpc);
    this.#ending = writer.error(rpc);
    await this.#stream.return?.();
  }
}

const NOTHING = new Uint8Array();

const USAGE = '"usageMetadata"';

/** Whether a chunk seems to report usage: most do, near their end. */
function hasUsage(json: Uint8Array): boolean {
  return Buffer.from(json.buffer, json.byteOffset, json.length).lastIndexOf(USAGE) >= 0;
}

function isNotEmpty(frame: Uint8Array): boolean {
  return frame.length > 0;
}
