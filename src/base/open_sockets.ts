/**
 * The WebSockets that are not closed yet. Deno breaks those that are still open when their server or the process
 * ends, and the peer then gets no close.
 *
 * @module
 */

/** A set of WebSockets. */
export class OpenSockets {
  readonly #open = new Map<WebSocket, Promise<void>>();

  /** Adds a socket; it is removed when it is closed. */
  add(socket: WebSocket): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#open.set(socket, promise);
    socket.addEventListener("close", () => {
      this.#open.delete(socket);
      resolve();
    }, { once: true });
  }

  /** Begins to close the sockets that are connected: each is open until its peer has confirmed it. */
  close(code: number): void {
    for (const socket of this.#open.keys()) {
      if (socket.readyState === WebSocket.OPEN) socket.close(code);
    }
  }

  /** Resolves when no socket is open, also of those that are added meanwhile. */
  async closed(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open.values());
  }
}
