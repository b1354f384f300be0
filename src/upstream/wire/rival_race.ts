/**
 * A request on a connection that was used before, and its rival: the same request on a new connection,
 * where the first stays silent. A connection whose other end is gone without a word (a firewall that drops
 * silently, another network) can't be told from an upstream that takes its time.
 *
 * @module
 */
import type { HttpResponse } from "./connections.ts";
import type { SilenceWatch, Waiting } from "./silence_watch.ts";

/** What became of a race. */
export interface RaceOutcome {
  /** Whose response was taken; the other was given up. */
  readonly winner: "first" | "rival";
  /** How long the first had been silent when the rival started, in ms. */
  readonly silentMs: number;
}

/** What the races of one pool of connections share. */
export interface RaceTrack {
  readonly watch: SilenceWatch;
  /** Whether another rival may start; it then counts. */
  readonly mayStart: () => boolean;
  /** Whether the first failed in a way that calls for a new connection at once. */
  readonly isDead: (error: unknown) => boolean;
}

/** One request, as its race needs it. Its methods are called by the race alone. */
export interface Racer {
  /** How long the first connection may be silent before it gets a rival, in ms, at the least. */
  readonly leastWaitMs: number;
  /** The client call's: ends both. */
  readonly signal: AbortSignal;
  /** How long it may be silent by what is known now, in ms. */
  waitMs(): number;
  /** Sends the request over the connection that was used before. */
  sendFirst(): Promise<HttpResponse>;
  /** Gives up the first. */
  giveUpFirst(): void;
  /** Sends the request over a new connection. */
  sendAnew(signal: AbortSignal): Promise<HttpResponse>;
  /** One of two was given up. */
  onOutcome(outcome: RaceOutcome): void;
}

/** The second sending of a request. */
interface Rival {
  readonly controller: AbortController;
  readonly response: Promise<HttpResponse>;
  readonly silentMs: number;
  hasFailed: boolean;
}

/**
 * A race; the response that begins first is taken whole. Nearly no request ever gets a rival, so that one
 * costs an entry in the watch, and the rest is made when it starts.
 */
export class RivalRace implements Waiting {
  dueMs: number;
  readonly #track: RaceTrack;
  readonly #racer: Racer;
  readonly #startedMs = performance.now();
  #rival: Rival | undefined;
  #hasRivalWon = false;

  constructor(track: RaceTrack, racer: Racer) {
    this.#track = track;
    this.#racer = racer;
    this.dueMs = this.#startedMs + racer.leastWaitMs;
  }

  /**
   * Sends the request, and waits for a response.
   *
   * @throws What the last of the requests failed with.
   */
  async run(): Promise<HttpResponse> {
    const { watch } = this.#track;
    watch.add(this);
    let response: HttpResponse;
    try {
      response = await this.#racer.sendFirst();
    } catch (error) {
      return await this.#afterFailure(error);
    } finally {
      watch.delete(this);
    }
    if (this.#rival === undefined || this.#rival.hasFailed) return response;
    if (this.#hasRivalWon) {
      await response.cancel();
      return await this.#rival.response;
    }
    const { controller, silentMs } = this.#rival;
    this.#rival = undefined;
    controller.abort();
    this.#racer.onOutcome({ winner: "first", silentMs });
    return response;
  }

  onDue(nowMs: number): void {
    const { watch, mayStart } = this.#track;
    const { signal } = this.#racer;
    this.dueMs = this.#startedMs + this.#racer.waitMs();
    if (nowMs < this.dueMs) return;
    watch.delete(this);
    if (signal.aborted || !mayStart()) return;
    const controller = new AbortController();
    const response = this.#racer.sendAnew(AbortSignal.any([signal, controller.signal]));
    const silentMs = nowMs - this.#startedMs;
    const rival: Rival = { controller, response, silentMs, hasFailed: false };
    this.#rival = rival;
    response.then((response) => this.#onRival(rival, response), () => rival.hasFailed = true);
  }

  #onRival(rival: Rival, response: HttpResponse): void {
    // The first was answered, or is dead, and its place taken, before.
    if (this.#rival !== rival) return void response.cancel();
    this.#hasRivalWon = true;
    this.#racer.giveUpFirst();
    this.#racer.onOutcome({ winner: "rival", silentMs: rival.silentMs });
  }

  /** A rival is the second try already; without one, a dead connection calls for a new one at once. */
  async #afterFailure(error: unknown): Promise<HttpResponse> {
    const { signal } = this.#racer;
    if (this.#rival !== undefined) return await this.#rival.response;
    if (this.#track.isDead(error)) return await this.#racer.sendAnew(signal);
    throw error;
  }
}
