/**
 * The Live sessions, until the connections of both sides are closed.
 *
 * They are closed before the listener stops, since Deno 2.9 breaks the WebSockets of a server that stops, without a
 * close. And what waits for slow peers is bounded for all sessions together: Deno cannot end the connection of a peer
 * that reads nothing, and keeps what waits for it until the peer is gone.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** A session that can be closed. */
export interface OpenSession {
  /** Bytes that wait for its two sides, also after its end. */
  readonly waitingBytes: number;
  /** Tells the client that the gateway stops. Resolves when the client's connection is closed. */
  goAway(): Promise<void>;
  /** Resolves when the client's connection is closed. */
  readonly closed: Promise<void>;
}

/** All sessions. */
export class LiveSessions {
  /** Most bytes that wait for slow peers at the same time. */
  maxWaitingBytes: number;
  readonly #open = new Set<OpenSession>();
  /** Sessions that are over, with a connection that the peer has not closed yet. */
  readonly #closing = new Set<OpenSession>();
  #isEnding = false;

  constructor(maxWaitingBytes: number) {
    this.maxWaitingBytes = maxWaitingBytes;
  }

  /** Whether as much waits for slow peers as may. */
  get isFull(): boolean {
    let bytes = 0;
    for (const sessions of [this.#open, this.#closing]) {
      for (const { waitingBytes } of sessions) bytes += waitingBytes;
    }
    return bytes > this.maxWaitingBytes;
  }

  /** @throws {RpcError} UNAVAILABLE if there is no memory for one more session. */
  checkRoom(): void {
    if (!this.isFull) return;
    throw new RpcError(
      "UNAVAILABLE",
      "Too much waits for Live clients that do not read. Try again later",
    );
  }

  /** Adds a session; it is closed at once if the gateway stops already. */
  add(session: OpenSession): void {
    this.#open.add(session);
    if (this.#isEnding) void session.goAway();
  }

  /** A session is over, and its connections are being closed. */
  closing(session: OpenSession): void {
    this.#open.delete(session);
    this.#closing.add(session);
  }

  /** The connections of a session that is over are closed. */
  closed(session: OpenSession): void {
    this.#closing.delete(session);
  }

  /** Resolves when the sessions that are open now are closed. */
  async settled(): Promise<void> {
    await Promise.all([...this.#open].map(({ closed }) => closed));
  }

  /** Closes all sessions, and those to come. Resolves when all are closed. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all([...this.#open].map((session) => session.goAway()));
  }
}
