/**
 * A refusal for a client that may still be sending its request body. Deno closes a connection once a
 * response is complete while some of the request is unread, and the reset that follows can overtake the
 * response. So the response's text goes out at once, the rest of the body is read and dropped, and only
 * then the response's last byte, a line feed after the JSON, is sent.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9112#section-9.6} on closing a connection too early
 * @module
 */
import { delay } from "../../base/delay.ts";
import { BodyReader, waitsToSend } from "../body/body_reader.ts";

/** The bounds of what is read and dropped. */
export interface DrainLimits {
  /** Most bytes. */
  readonly maxBytes: number;
  /** Longest time, in ms. */
  readonly totalMs: number;
  /** Longest wait for the next bytes, in ms: a client may have stopped sending. */
  readonly idleMs: number;
}

/** For most clients. Python's http.client reads nothing before it has sent its whole body. */
const LIMITS: DrainLimits = { maxBytes: 256 * 1024 * 1024, totalMs: 30_000, idleMs: 2000 };

/** For a client that has had all the time for its body already. */
const LATE: DrainLimits = { ...LIMITS, totalMs: 500, idleMs: 500 };

/**
 * For a client that asked whether to send its body: it has been told that it need not, and most send
 * nothing then.
 */
const UNASKED: DrainLimits = { ...LIMITS, idleMs: 300 };

/** Most bodies that are dropped at the same time; beyond that a connection is closed as Deno does it. */
const MOST_AT_ONCE = 64;

/** How often the limits of time are looked at, in ms. */
const ROUND_MS = 100;

/** Bytes that are read at once. */
const READ_BYTES = 64 * 1024;

/**
 * How long nothing is read, in ms, where the client asked whether to send: reading sooner would make the
 * server say "100 Continue" before the refusal.
 */
const AFTER_HEAD_MS = 20;

const LINE_FEED = Uint8Array.of(0x0a);

/** The rest of a request body, and how much of it is read. */
interface Rest {
  readonly limits: DrainLimits;
  readonly open: () => BodyReader | undefined;
}

/** Makes refusals, and counts the bodies that are read and dropped for them. */
export class DrainingResponses {
  #count = 0;

  /**
   * A response that a client can read while it is still sending.
   *
   * @param response With a JSON body.
   * @returns The same response where nothing of the request is unread, or where too many bodies are
   * being dropped already.
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
    // Deno would compress a stream, and keep the text back until its end.
    headers.set("cache-control", "no-store, no-transform");
    // What a client that sends no body begins next must not be taken for the body.
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

/** Reads and drops. */
class Drain {
  readonly #reader: BodyReader;
  readonly #limits: DrainLimits;
  #isCancelled = false;

  constructor(reader: BodyReader, limits: DrainLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** Whether the client has gone. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Resolves when the body has ended, or a limit is reached. Never rejects. */
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
      // The client has gone.
    } finally {
      clearInterval(timer);
      this.#stop();
    }
  }

  /** Gives up, since nobody reads the response. */
  cancel(): void {
    this.#isCancelled = true;
    this.#stop();
  }

  #stop(): void {
    this.#reader.cancel();
  }
}
