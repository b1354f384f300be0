/**
 * A hedged request: when a reused connection stays silent, the same request is sent on a new connection too.
 * A connection that broke without notice (a firewall that drops packets, a changed network) cannot be told
 * from an upstream that takes its time.
 *
 * @module
 */
import type { HttpResponse } from "../connections.ts";
import type { SilenceWatch, Waiting } from "./silence_watch.ts";

/** How a hedged request ended. */
export interface HedgeOutcome {
  /** Whose response was taken; the other was given up. */
  readonly winner: "first" | "hedge";
  /** How long the first had been silent when the hedge started, in ms. */
  readonly silentMs: number;
}

/** What the hedged requests of one connection pool share. */
export interface HedgeContext {
  readonly watch: SilenceWatch;
  /** Whether another hedge may start; it then counts. */
  readonly mayStart: () => boolean;
  /** Whether the first failed in a way that calls for a new connection at once. */
  readonly isDead: (error: unknown) => boolean;
}

/** A request that may be hedged. */
export interface Hedgeable {
  /** How long the first connection may be silent before it gets a hedge, in ms, at the least. */
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
  onOutcome(outcome: HedgeOutcome): void;
}

/** The second sending of a request. */
interface Hedge {
  readonly controller: AbortController;
  readonly response: Promise<HttpResponse>;
  readonly silentMs: number;
  hasFailed: boolean;
}

/**
 * Takes the response that begins first. Hardly any request is hedged, so an unhedged one costs no more than
 * an entry in the watch; everything else is made when the hedge starts.
 */
export class HedgedRequest implements Waiting {
  dueMs: number;
  readonly #hedging: HedgeContext;
  readonly #hedgeable: Hedgeable;
  readonly #startedMs = performance.now();
  #hedge: Hedge | undefined;
  #hasHedgeWon = false;

  constructor(context: HedgeContext, hedgeable: Hedgeable) {
    this.#hedging = context;
    this.#hedgeable = hedgeable;
    this.dueMs = this.#startedMs + hedgeable.leastWaitMs;
  }

  /**
   * Sends the request, and waits for a response.
   *
   * @throws What the last of the requests failed with.
   */
  async run(): Promise<HttpResponse> {
    const { watch } = this.#hedging;
    watch.add(this);
    let response: HttpResponse;
    try {
      response = await this.#hedgeable.sendFirst();
    } catch (error) {
      return await this.#afterFailure(error);
    } finally {
      watch.delete(this);
    }
    if (this.#hedge === undefined || this.#hedge.hasFailed) return response;
    if (this.#hasHedgeWon) {
      await response.cancel();
      return await this.#hedge.response;
    }
    const { controller, silentMs } = this.#hedge;
    this.#hedge = undefined;
    controller.abort();
    this.#hedgeable.onOutcome({ winner: "first", silentMs });
    return response;
  }

  onDue(nowMs: number): void {
    const { watch, mayStart } = this.#hedging;
    const { signal } = this.#hedgeable;
    this.dueMs = this.#startedMs + this.#hedgeable.waitMs();
    if (nowMs < this.dueMs) return;
    watch.delete(this);
    if (signal.aborted || !mayStart()) return;
    const controller = new AbortController();
    const response = this.#hedgeable.sendAnew(AbortSignal.any([signal, controller.signal]));
    const silentMs = nowMs - this.#startedMs;
    const hedge: Hedge = { controller, response, silentMs, hasFailed: false };
    this.#hedge = hedge;
    response.then((response) => this.#onHedge(hedge, response), () => hedge.hasFailed = true);
  }

  #onHedge(hedge: Hedge, response: HttpResponse): void {
    // The first request ended before: with a response, or replaced because its connection was dead.
    if (this.#hedge !== hedge) return void response.cancel();
    this.#hasHedgeWon = true;
    this.#hedgeable.giveUpFirst();
    this.#hedgeable.onOutcome({ winner: "hedge", silentMs: hedge.silentMs });
  }

  /** A hedge is the second try already; without one, a dead connection calls for a new one at once. */
  async #afterFailure(error: unknown): Promise<HttpResponse> {
    const { signal } = this.#hedgeable;
    if (this.#hedge !== undefined) return await this.#hedge.response;
    if (this.#hedging.isDead(error)) return await this.#hedgeable.sendAnew(signal);
    throw error;
  }
}
