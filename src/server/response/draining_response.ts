/**
 * An error response for a client that may still be sending its request body. If a response is complete while
 * a part of the request is unread, Deno closes the connection, and the client can get the reset before the
 * response. So the response's JSON is sent at once, then the rest of the body is read and discarded, and only
 * then the response's last byte, a line feed after the JSON, is sent.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.6} on closing a connection too early
 * @module
 */
import { delay } from "../../base/delay.ts";
import { BodyReader, waitsToSend } from "../body/body_reader.ts";

/** The limits for reading and discarding a body. */
export interface DrainLimits {
  /** Most bytes. */
  readonly maxBytes: number;
  /** Longest time, in ms. */
  readonly totalMs: number;
  /** Longest wait for more bytes, in ms: a client may have stopped sending. */
  readonly idleMs: number;
}

/** For most clients. Python's http.client reads nothing before it has sent its whole body. */
const LIMITS: DrainLimits = { maxBytes: 256 * 1024 * 1024, totalMs: 30_000, idleMs: 2000 };

/** For a client whose body already exceeded its time limit. */
const LATE: DrainLimits = { ...LIMITS, totalMs: 500, idleMs: 500 };

/**
 * For a client that sent `Expect: 100-continue`: after an error response most clients do not send the body.
 */
const UNASKED: DrainLimits = { ...LIMITS, idleMs: 300 };

/** Most bodies that are discarded at the same time; further connections are closed by Deno as usual. */
const MOST_AT_ONCE = 64;

/** How often the time limits are checked, in ms. */
const ROUND_MS = 100;

/** Bytes per read. */
const READ_BYTES = 64 * 1024;

/**
 * Delay before reading if the client sent `Expect: 100-continue`, in ms: reading earlier would make Deno send
 * "100 Continue" before the error response.
 */
const AFTER_HEAD_MS = 20;

const LINE_FEED = Uint8Array.of(0x0a);

/** How many bytes longer a response is that the client can read while it is sending. */
export const ADDED_BYTES = LINE_FEED.length;

/** The unread part of a request body, and the limits for reading it. */
interface Rest {
  readonly limits: DrainLimits;
  readonly open: () => BodyReader | undefined;
}

/** Creates error responses, and limits the number of bodies that are discarded at the same time. */
export class DrainingResponses {
  #count = 0;

  /**
   * Returns a response that a client can read while it is still sending.
   *
   * @param response With a JSON body.
   * @returns The same response if the request was read completely, or too many bodies are being discarded
   * already.
   */
  of(request: Request, response: Response): Response | Promise<Response> {
    if (request.headers.get("content-length") === "0" || this.#count >= MOST_AT_ONCE) {
      return response;
    }
    if (waitsToSend(request)) {
      return this.#drained(response, { limits: UNASKED, open: () => BodyReader.of(request) });
    }
    const reader = BodyReader.of(request);
    if (reader === undefined) return response;
    return this.#drained(response, {
      limits: response.status === 408 ? LATE : LIMITS,
      open: () => reader,
    });
  }

  async #drained(response: Response, { limits, open }: Rest): Promise<Response> {
    const text = await response.bytes();
    const headers = new Headers(response.headers);
    headers.set("content-length", String(text.length + LINE_FEED.length));
    // Otherwise Deno would compress the stream, and hold the text back until its end.
    headers.set("cache-control", "no-store, no-transform");
    // The next request of a client that does not send the body must not be read as the body.
    if (limits === UNASKED) headers.set("connection", "close");
    let isSent = false;
    let drain: Drain | undefined;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        if (!isSent) {
          isSent = true;
          return controller.enqueue(text);
        }
        if (limits === UNASKED) await delay(AFTER_HEAD_MS);
        const reader = open();
        if (reader !== undefined) {
          drain = new Drain(reader, limits);
          this.#count++;
          await drain.run();
          this.#count--;
        }
        if (drain?.isCancelled) return;
        controller.enqueue(LINE_FEED);
        controller.close();
      },
      cancel: () => drain?.cancel(),
    }, { highWaterMark: 0 });
    return new Response(body, { status: response.status, headers });
  }
}

/** Reads and discards a body. */
class Drain {
  readonly #reader: BodyReader;
  readonly #limits: DrainLimits;
  #isCancelled = false;

  constructor(reader: BodyReader, limits: DrainLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** Whether the client has disconnected. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Resolves at the end of the body, or when a limit is reached. Never rejects. */
  async run(): Promise<void> {
    const { maxBytes, totalMs, idleMs } = this.#limits;
    const startedAtMs = performance.now();
    let readAtMs = startedAtMs;
    const timer = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs - readAtMs > idleMs || nowMs - startedAtMs > totalMs) this.#stop();
    }, ROUND_MS);
    try {
      let buffer = new Uint8Array(READ_BYTES);
      for (let bytes = 0; bytes < maxBytes;) {
        const { done, value } = await this.#reader.read(buffer);
        if (done || value === undefined) return;
        bytes += value.length;
        readAtMs = performance.now();
        if (this.#reader.fillsRoom) buffer = new Uint8Array(value.buffer);
      }
    } catch {
      // The client has disconnected.
    } finally {
      clearInterval(timer);
      this.#stop();
    }
  }

  /** Stops, since the client no longer reads the response. */
  cancel(): void {
    this.#isCancelled = true;
    this.#stop();
  }

  #stop(): void {
    this.#reader.cancel();
  }
}
