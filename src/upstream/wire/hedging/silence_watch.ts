/**
 * Watches requests whose response has not begun, with one timer for all, since a timer for each costs a busy
 * gateway some throughput.
 *
 * @module
 */

/** The interval of the timer, in ms. */
const ROUND_MS = 250;

/** A waiting request. */
export interface Waiting {
  /** When it is due, in the time of `performance.now()`. */
  readonly dueMs: number;
  /** Called when it is due, and again in each round until it is removed or due later. */
  onDue(nowMs: number): void;
}

/** The waiting requests. The timer runs only while there are any. */
export class SilenceWatch {
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  /** Starts watching a request. */
  add(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(this.#round, ROUND_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Stops watching a request. Idempotent. */
  delete(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#isClosed && this.#waiting.size === 0) this.#stop();
  }

  /** Stops the timer: at once, or when no request is waiting. */
  close(): void {
    this.#isClosed = true;
    if (this.#waiting.size === 0) this.#stop();
  }

  /**
   * The timer runs for one more round when idle, so that a busy gateway does not restart it for each request.
   */
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
