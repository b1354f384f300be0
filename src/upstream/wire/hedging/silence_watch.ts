/**
 * Looks after requests whose response has not begun: one timer for all, since a timer for each costs a busy
 * gateway some throughput.
 *
 * @module
 */

/** How often it looks, in ms. */
const ROUND_MS = 250;

/** A request that waits. */
export interface Waiting {
  /** When to look at it, as `performance.now()` counts. */
  readonly dueMs: number;
  /** It is time. It is called again in the next round unless it is removed, or due later. */
  onDue(nowMs: number): void;
}

/** The requests that wait. Its timer runs only while there are any. */
export class SilenceWatch {
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  /** Begins to look after a request. */
  add(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(this.#round, ROUND_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** A request waits no longer; harmless where it does not. */
  delete(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#isClosed && this.#waiting.size === 0) this.#stop();
  }

  /** Stops the timer: at once, or when no request waits any longer. */
  close(): void {
    this.#isClosed = true;
    if (this.#waiting.size === 0) this.#stop();
  }

  /** The timer outlives a lull by one round, so that a busy gateway does not start it for each request. */
  readonly #round = (): void => {
    if (this.#waiting.size === 0) return this.#stop();
    const nowMs = performance.now();
    for (const waiting of this.#waiting) if (waiting.dueMs <= nowMs) waiting.onDue(nowMs);
  };

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
