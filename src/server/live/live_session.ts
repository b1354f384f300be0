/**
 * A Live session: passes the messages of both sides on, unchanged and in order, and closes both when one closes.
 *
 * Deno's WebSocket cannot stop a peer from sending. So what waits for a slow peer is bounded by closing the session.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { sumOfUsage, type TokenUsage } from "../../gemini/api/token_usage.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import {
  type Close,
  closeOfError,
  errorOfClose,
  GOING_AWAY,
  INTERNAL,
  NORMAL,
  sendable,
  TOO_BIG,
} from "../../gemini/live/close.ts";
import {
  type Frame,
  frameBytes,
  frameSize,
  LARGEST_FRAME_BYTES,
  readServerFrame,
} from "../../gemini/live/frame.ts";
import { classify } from "../../upstream/faults/classify.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import type { LiveSessions, OpenSession } from "./live_sessions.ts";
import type { OpenedSession } from "./opened_session.ts";

/** Most bytes that may wait for one peer: two messages of the largest size. */
const MOST_WAITING_BYTES = 2 * LARGEST_FRAME_BYTES;

/** Bytes that may wait for one peer even when the sessions' common memory is full. */
const FEW_WAITING_BYTES = 1024 * 1024;

/** Most messages that wait until the session is set up. */
const MOST_WAITING = 1000;

/** The code that the WebSocket API reports if the peer sent none, and those of a broken connection. */
const NO_CODE = 1005;
const BROKEN: readonly number[] = [0, 1006];

/** The status of a call whose client disconnected, and of one that the gateway ends before the session is set up. */
const CLIENT_GONE = 499;
const ENDED = 503;

/** The dependencies of a session. */
export interface SessionOptions {
  readonly watch: WatchedCall;
  readonly lifecycle: CallLifecycle;
  readonly sessions: LiveSessions;
  /** Longest wait for the client's first message, in ms. */
  readonly setupMs: number;
  readonly clock: Clock;
  /** Returns the error for the client. Reports unexpected errors. */
  readonly toError: (error: unknown) => RpcError;
  /** Opens the upstream session, with the bytes of the client's first message. */
  readonly open: (setup: Uint8Array) => Promise<OpenedSession>;
  /** Called with a handle with which the session can be resumed, before the client gets it. */
  readonly resumable: (handle: string, accountId: string) => void;
}

/** One session. */
export class LiveSession implements OpenSession {
  readonly #client: WebSocket;
  readonly #options: SessionOptions;
  readonly #first = Promise.withResolvers<Frame>();
  readonly #closed = Promise.withResolvers<void>();
  /** The client's messages before the session is set up. */
  readonly #waiting: Frame[] = [];
  #waitingBytes = 0;
  /** Bytes that waited when the session ended: Deno does not report them for a WebSocket that is closing. */
  #left = { forClient: 0, forUpstream: 0 };
  #hasFirst = false;
  #upstream: OpenedSession | undefined;
  #usage: TokenUsage | undefined;
  #refusal: RpcError | undefined;
  #isOver = false;

  constructor(client: WebSocket, options: SessionOptions) {
    this.#client = client;
    this.#options = options;
    client.onmessage = ({ data }) =>
      this.#fromClient(typeof data === "string" ? data : new Uint8Array(data));
    client.onerror = (event) => event.preventDefault();
    client.onclose = ({ code, reason }) => {
      this.#clientClosed({ code, reason });
      this.#closed.resolve();
      this.#forgetIfClosed();
    };
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get watch(): WatchedCall {
    return this.#options.watch;
  }

  get waitingBytes(): number {
    if (!this.#isOver) {
      return this.#client.bufferedAmount +
        (this.#upstream?.socket.waitingBytes ?? this.#waitingBytes);
    }
    return (this.#client.readyState === WebSocket.CLOSED ? 0 : this.#left.forClient) +
      (this.#upstream?.socket.isClosed === false ? this.#left.forUpstream : 0);
  }

  /** Keeps the error with which an account refused the session. */
  refusedWith(error: RpcError): void {
    this.#refusal = error;
  }

  /** Serves the session until it is set up. Never rejects. */
  async run(): Promise<void> {
    const { lifecycle, sessions, watch, open, setupMs } = this.#options;
    lifecycle.streams();
    sessions.add(this);
    try {
      const setup = await watch.within(setupMs, this.#first.promise, noSetup);
      this.#opened(await open(frameBytes(setup)));
    } catch (error) {
      this.#refuse(error);
    }
  }

  async goAway(): Promise<void> {
    const message = "The gateway is stopping. Connect again";
    this.#end({ code: GOING_AWAY, reason: message });
    await this.closed;
  }

  #opened(upstream: OpenedSession): void {
    const { lifecycle, watch } = this.#options;
    if (this.#isOver) return upstream.socket.close({ code: NORMAL, reason: "" });
    this.#upstream = upstream;
    lifecycle.firstByte();
    lifecycle.record.status = 101;
    watch.progress();
    const { signal, socket } = upstream;
    signal.addEventListener("abort", () => this.#aborted(signal.reason), { once: true });
    socket.listen({
      onFrame: (frame) => this.#fromUpstream(frame, upstream),
      onClose: (close) => this.#upstreamClosed(close, upstream),
    });
    this.#waitingBytes = 0;
    for (const frame of this.#waiting.splice(0)) this.#send(frame, upstream);
  }

  #fromClient(frame: Frame): void {
    if (this.#isOver || !this.#checkSize(frame)) return;
    const { watch, lifecycle } = this.#options;
    lifecycle.record.bytesIn += frameSize(frame);
    if (this.#upstream !== undefined) {
      watch.alive();
      this.#send(frame, this.#upstream);
    } else if (!this.#hasFirst) {
      this.#hasFirst = true;
      this.#waitingBytes = frameSize(frame);
      if (this.#isTooMuch(this.#waitingBytes)) {
        this.#fail(TOO_BIG, "The gateway has no memory left for this session. Try again later");
      } else this.#first.resolve(frame);
    } else {
      this.#waitingBytes += frameSize(frame);
      this.#waiting.push(frame);
      if (this.#isTooMuch(this.#waitingBytes) || this.#waiting.length > MOST_WAITING) {
        this.#fail(TOO_BIG, "Too many messages before the session is set up");
      }
    }
  }

  #send(frame: Frame, { socket }: OpenedSession): void {
    socket.send(frame);
    if (!this.#isTooMuch(socket.waitingBytes)) return;
    this.#fail(
      INTERNAL,
      "The session was closed: upstream reads more slowly than the client sends",
    );
  }

  #fromUpstream(frame: Frame, { accountId }: OpenedSession): void {
    if (this.#isOver || !this.#checkSize(frame)) return;
    const { watch, lifecycle, resumable } = this.#options;
    watch.alive();
    const { usage, handle } = readServerFrame(frame);
    if (handle !== undefined) resumable(handle, accountId);
    // Google reports the usage of each turn separately.
    if (usage !== undefined) lifecycle.used(this.#usage = sumOfUsage(this.#usage, usage));
    if (this.#client.readyState !== WebSocket.OPEN) return;
    lifecycle.record.bytesOut += frameSize(frame);
    this.#client.send(frame);
    if (!this.#isTooMuch(this.#client.bufferedAmount)) return;
    this.#fail(
      INTERNAL,
      "The session was closed: the client reads more slowly than upstream sends",
    );
  }

  /** Whether more bytes wait for a peer than are allowed. */
  #isTooMuch(bytes: number): boolean {
    return bytes > MOST_WAITING_BYTES ||
      (bytes > FEW_WAITING_BYTES && this.#options.sessions.isFull);
  }

  #checkSize(frame: Frame): boolean {
    if (frameSize(frame) <= LARGEST_FRAME_BYTES) return true;
    this.#fail(TOO_BIG, "A message is larger than 16 MiB");
    return false;
  }

  #upstreamClosed(close: Close, { listener }: OpenedSession): void {
    if (this.#isOver) return this.#forgetIfClosed();
    const { redaction } = this.#options.lifecycle.record;
    const told = BROKEN.includes(close.code)
      ? { code: INTERNAL, reason: "The connection to upstream broke" }
      : { code: close.code, reason: redaction.text(close.reason) };
    const error = errorOfClose(told);
    if (![NORMAL, GOING_AWAY, NO_CODE].includes(close.code)) this.#options.lifecycle.failed(error);
    const fault = classify(error, { nowMs: this.#options.clock.now() });
    if (fault.scope === "account-model") listener?.onFault(fault);
    this.#end(told);
  }

  #clientClosed(close: Close): void {
    const hasCode = close.code !== NO_CODE && !BROKEN.includes(close.code);
    this.#end(undefined, hasCode ? close : { code: NORMAL, reason: "" });
  }

  /** Ends the session because the gateway stops or a time limit passed. */
  #aborted(reason: unknown): void {
    const { watch } = this.#options;
    if (!(reason instanceof UpstreamFault)) return this.#end({ code: INTERNAL, reason: "" });
    if (!this.#isOver) this.#options.lifecycle.failed(reason.rpc);
    const close = closeOfError(reason.rpc);
    this.#end(watch.over === undefined ? close : { ...close, code: GOING_AWAY });
  }

  /** Ends a session that could not be set up. */
  #refuse(error: unknown): void {
    const { lifecycle } = this.#options;
    const rpc = this.#options.toError(error);
    if (!this.#isOver) {
      lifecycle.failed(rpc);
      lifecycle.record.status = rpc.code;
    }
    // If every account refused the session, the client gets Google's own reason.
    const refusal = this.#refusal;
    this.#end(closeOfError(refusal?.code === rpc.code ? refusal : rpc));
  }

  #fail(code: number, reason: string): void {
    this.#options.lifecycle.failed(errorOfClose({ code, reason }));
    this.#end({ code, reason });
  }

  /** Closes both sides. Does nothing after the first call. */
  #end(toClient: Close | undefined, toUpstream: Close = { code: NORMAL, reason: "" }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#left = {
      forClient: this.#client.bufferedAmount,
      forUpstream: this.#upstream?.socket.waitingBytes ?? 0,
    };
    const { watch, lifecycle, sessions } = this.#options;
    sessions.closing(this);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    const { record } = lifecycle;
    if (record.status === 0) record.status = toClient === undefined ? CLIENT_GONE : ENDED;
    if (toClient !== undefined) {
      const { code, reason } = sendable(toClient);
      if (this.#client.readyState === WebSocket.OPEN) this.#client.close(code, reason);
      else this.#client.onopen = () => this.#client.close(code, reason);
    }
    this.#upstream?.socket.close(toUpstream);
    watch.clientGone();
    watch.finish();
    lifecycle.end();
    this.#forgetIfClosed();
  }

  #forgetIfClosed(): void {
    const isClosed = this.#client.readyState === WebSocket.CLOSED &&
      (this.#upstream?.socket.isClosed ?? true);
    if (this.#isOver && isClosed) this.#options.sessions.closed(this);
  }
}

function noSetup(ms: number): RpcError {
  const message = `The client sent no setup for ${ms / 1000} s`;
  return new RpcError("DEADLINE_EXCEEDED", message, { code: 408 });
}
