/**
 * One request and its response in progress: detects that the client disconnected, hangs, or drops the
 * connection.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";

/** State that exchanges share: those that wait for `release()`, and the function that drops a connection. */
export interface ExchangeHost {
  /** The hanging exchanges. */
  readonly held: Set<Exchange>;
  /** Aborted when the emulator closes: nothing hangs from then on. */
  readonly closing: AbortSignal;
  /** Drops a connection, by its number: at once, or when `marker` is sent. */
  drop(port: number, marker?: Uint8Array): void;
}

/** A piece of a body: bytes, a pause in ms, a wait for `release()`, or what to do before the next bytes are sent. */
export type BodyStep = Uint8Array | { readonly pauseMs: number } | "hold" | (() => void);

const MARKER = utf8Bytes("\0the connection breaks here\0");

/** One exchange. */
export class Exchange {
  /** Name of the authenticated account; set after authentication. */
  account: string | undefined;
  readonly #host: ExchangeHost;
  readonly #request: Request;
  readonly #port: number;
  readonly #onAbort: () => void;
  readonly #gone = Promise.withResolvers<void>();
  #release: (() => void) | undefined;
  #bodyEnded: Promise<void> | undefined;
  #left = false;
  /** Whether the emulator drops the connection. */
  #ours = false;

  constructor(
    host: ExchangeHost,
    options: {
      readonly request: Request;
      readonly info: Deno.ServeHandlerInfo<Deno.NetAddr>;
      /** Called once, when the client disconnected before the response was finished. */
      readonly onAbort: () => void;
    },
  ) {
    this.#host = host;
    this.#request = options.request;
    // Deno no longer reports the port once the connection is a WebSocket.
    this.#port = options.info.remoteAddr.port;
    this.#onAbort = options.onAbort;
  }

  /** Settles when a streamed body has ended or failed; at once if there is none. */
  get bodyEnded(): Promise<void> {
    return this.#bodyEnded ?? Promise.resolve();
  }

  /** Prolongs the exchange until `ended`: its connection has become a socket. */
  prolong(ended: Promise<void>): void {
    this.#bodyEnded = ended;
    ended.then(() => this.#gone.resolve());
  }

  /** Continues a hanging exchange. */
  release(): void {
    this.#release?.();
  }

  /** Waits until `release()` or the end of a prolonged exchange. */
  hold(): Promise<void> {
    return this.#hold();
  }

  /** Waits before the headers until `release()` or the client's disconnect. */
  async hang(): Promise<void> {
    const { signal } = this.#request;
    const leave = () => this.#leave();
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    await this.#hold();
    signal.removeEventListener("abort", leave);
  }

  /** Drops the connection before the headers: the response after that is discarded. */
  reset(): void {
    this.#ours = true;
    this.#host.drop(this.#port);
  }

  /**
   * Drops the connection of a socket, after what was sent before.
   *
   * @param send Sends bytes on the socket. Of their frame the client gets the head alone.
   */
  resetSocket(send: (bytes: Uint8Array<ArrayBuffer>) => void): void {
    this.#ours = true;
    this.#host.drop(this.#port, MARKER);
    send(MARKER);
  }

  /**
   * Returns a body of steps. After the last step it ends normally, or, with `reset`, the connection is
   * dropped.
   */
  body(steps: readonly BodyStep[], reset = false): ReadableStream<Uint8Array> {
    if (reset) this.#host.drop(this.#port, MARKER);
    this.#ours = reset;
    const all: readonly BodyStep[] = reset ? [...steps, MARKER, "hold"] : steps;
    // Registered now and not at the first read: the client may get the headers before that.
    const held = all.includes("hold") ? this.#hold() : undefined;
    const ended = Promise.withResolvers<void>();
    this.#bodyEnded = ended.promise;
    let next = 0;
    return new ReadableStream({
      pull: async (controller) => {
        for (;;) {
          const step = all[next++];
          if (step === undefined) {
            ended.resolve();
            return controller.close();
          }
          if (step instanceof Uint8Array) return controller.enqueue(step);
          if (typeof step === "function") step();
          else if (step === "hold") await held;
          else await this.pause(step.pauseMs);
          if (this.#left) return;
        }
      },
      cancel: () => {
        this.#leave();
        ended.resolve();
      },
    }, { highWaterMark: 0 });
  }

  /** Waits for a time, or until the client disconnects. */
  async pause(ms: number): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    await Promise.race([over.promise, this.#gone.promise]);
    clearTimeout(timer);
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#gone.resolve();
    if (!this.#ours) this.#onAbort();
  }

  async #hold(): Promise<void> {
    const released = Promise.withResolvers<void>();
    if (this.#host.closing.aborted) return;
    this.#release = released.resolve;
    this.#host.held.add(this);
    await Promise.race([released.promise, this.#gone.promise]);
    this.#host.held.delete(this);
  }
}
