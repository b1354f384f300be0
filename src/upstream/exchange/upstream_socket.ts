/**
 * The upstream side of a Live session: opens a WebSocket, sends the setup, and waits until the session is set up.
 *
 * Deno's WebSocket reports only the status of a refused upgrade, and can close only with 1000 and 3000 to 4999.
 *
 * @module
 */
import type { OpenSockets } from "../../base/open_sockets.ts";
import { asCertificateError } from "../../accounts/network/certificate_error.ts";
import { RpcError, statusOfHttp } from "../../gemini/errors/rpc_error.ts";
import { type Close, errorOfClose, NORMAL } from "../../gemini/live/close.ts";
import { type Frame, readServerFrame } from "../../gemini/live/frame.ts";
import { classify } from "../faults/classify.ts";
import type { UpstreamFault } from "../faults/upstream_fault.ts";
import { type Exchange, networkFault } from "./exchange.ts";

/** Receives the messages of a session, and its end. */
export interface SocketListener {
  onFrame(frame: Frame): void;
  /** Called once, last. A connection that broke has code 1006 or 0. */
  onClose(close: Close): void;
}

/** A Live session at an upstream. */
export interface UpstreamSocket {
  /** Delivers all messages since the setup, and the end. Must be called once, at once. */
  listen(listener: SocketListener): void;
  send(frame: Frame): void;
  /** Bytes that were sent and wait until upstream reads them. */
  readonly waitingBytes: number;
  /** Whether the connection is closed. */
  readonly isClosed: boolean;
  /** Closes the session. Codes that Deno cannot send become 1000. */
  close(close: Close): void;
}

/** Most messages before the session is set up; Google sends none. */
const MOST_EARLY = 16;

/**
 * Opens a session.
 *
 * @param exchange The request of the upgrade. Its `url` is `http:` or `https:`, its body is the setup.
 * @param sockets Gets the WebSocket, also if the session is not set up. Default: nothing waits for its close.
 * @throws {UpstreamFault} If upstream refuses the upgrade, or closes the session before it is set up.
 */
export async function openSocket(
  exchange: Exchange,
  sockets?: OpenSockets,
): Promise<UpstreamSocket> {
  const { signal, url, headers, body, socketClient } = exchange;
  if (!(body instanceof Uint8Array)) throw new TypeError("A session begins with its setup");
  signal.throwIfAborted();
  const client = socketClient?.(url);
  try {
    const { ["content-type"]: _, ...own } = headers;
    const options = { headers: own, ...(client === undefined ? {} : { client }) };
    const socket = new WebSocket(url.replace(/^http/, "ws"), options);
    sockets?.add(socket);
    const session = new Session(socket, exchange);
    await session.setUp(new TextDecoder().decode(body));
    return session;
  } finally {
    // The open connection stays.
    client?.close();
  }
}

/** One session. */
class Session implements UpstreamSocket {
  readonly #socket: WebSocket;
  readonly #exchange: Exchange;
  readonly #ready = Promise.withResolvers<void>();
  readonly #early: Frame[] = [];
  #closed: Close | undefined;
  #listener: SocketListener | undefined;
  #isReady = false;

  constructor(socket: WebSocket, exchange: Exchange) {
    this.#socket = socket;
    this.#exchange = exchange;
    socket.binaryType = "arraybuffer";
  }

  /** Sends the setup and waits for its confirmation. */
  async setUp(setup: string): Promise<void> {
    const socket = this.#socket;
    const { signal } = this.#exchange;
    let why = "";
    socket.onopen = () => socket.send(setup);
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onerror = (event) => {
      // Deno reports a failed connection as an error, and then a close without a code.
      event.preventDefault();
      if (event instanceof ErrorEvent) why = event.message;
    };
    socket.onclose = ({ code, reason }) => {
      signal.removeEventListener("abort", this.#abort);
      this.#end({ code, reason }, why);
    };
    signal.addEventListener("abort", this.#abort, { once: true });
    await this.#ready.promise;
    this.#isReady = true;
  }

  get waitingBytes(): number {
    return this.isClosed ? 0 : this.#socket.bufferedAmount;
  }

  get isClosed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  listen(listener: SocketListener): void {
    this.#listener = listener;
    for (const frame of this.#early.splice(0)) listener.onFrame(frame);
    if (this.#closed !== undefined) listener.onClose(this.#closed);
  }

  send(frame: Frame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  close({ code, reason }: Close): void {
    const isOwn = code === NORMAL || (code >= 3000 && code <= 4999);
    this.#socket.close(isOwn ? code : NORMAL, reason);
  }

  #receive(data: string | ArrayBuffer): void {
    const frame = typeof data === "string" ? data : new Uint8Array(data);
    if (this.#listener !== undefined) return this.#listener.onFrame(frame);
    this.#early.push(frame);
    if (readServerFrame(frame).isSetupComplete || this.#early.length >= MOST_EARLY) {
      this.#ready.resolve();
    }
  }

  readonly #abort = (): void => {
    this.#ready.reject(this.#exchange.signal.reason);
    this.close({ code: NORMAL, reason: "" });
  };

  #end(close: Close, why: string): void {
    this.#closed = close;
    if (this.#isReady) this.#listener?.onClose(close);
    else this.#ready.reject(this.#faultOf(close, why));
  }

  /** The fault of a session that was not set up. */
  #faultOf(close: Close, why: string): UpstreamFault {
    const { url, clock } = this.#exchange;
    if (why === "") return classify(errorOfClose(close), { nowMs: clock.now() });
    const [, status] = /Invalid status code: (\d{3})/.exec(why) ?? [];
    if (status === undefined) {
      return networkFault(asCertificateError(new Error(why), url), this.#exchange);
    }
    const code = Number(status) >= 400 ? Number(status) : 502;
    const message = `Upstream refused the WebSocket with HTTP status ${status}`;
    return classify(new RpcError(statusOfHttp(code), message, { code }), { nowMs: clock.now() });
  }
}
