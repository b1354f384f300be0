/**
 * The Live sessions in progress. They are closed before the listener stops, since Deno 2.9 breaks the WebSockets of a
 * server that stops, without a close.
 *
 * @module
 */

/** A session that can be closed. */
export interface OpenSession {
  /** Tells the client that the gateway stops. Resolves when the client's connection is closed. */
  goAway(): Promise<void>;
  /** Resolves when the client's connection is closed. */
  readonly closed: Promise<void>;
}

/** All sessions. */
export class LiveSessions {
  readonly #open = new Set<OpenSession>();
  #isEnding = false;

  /** Adds a session; it is closed at once if the gateway stops already. */
  add(session: OpenSession): void {
    this.#open.add(session);
    if (this.#isEnding) void session.goAway();
  }

  /** Removes a session that is over. */
  delete(session: OpenSession): void {
    this.#open.delete(session);
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
