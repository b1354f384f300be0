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
  /** Whose response was used; the other was cancelled. */
  readonly winner: "first" | "hedge";
  /** How long the first had been silent when the hedge started, in ms. */
  readonly silentMs: number;
}

/** What the hedged requests of one connection pool share. */
export interface HedgeContext {
  readonly watch: SilenceWatch;
  /** Whether another hedge may start; if so, counts it. */
  readonly mayStart: () => boolean;
  /** Whether the first request failed in a way that requires a new connection at once. */
  readonly isDead: (error: unknown) => boolean;
}

/** A request that may be hedged. */
export interface Hedgeable {
  /** The minimum time the first connection may be silent before the request is hedged, in ms. */
  readonly leastWaitMs: number;
  /** The client call's signal: aborts both. */
  readonly signal: AbortSignal;
  /** How long it may be silent according to current times, in ms. */
  waitMs(): number;
  /** Sends the request on the reused connection. */
  sendFirst(): Promise<HttpResponse>;
  /** Cancels the first request. */
  giveUpFirst(): void;
  /** Sends the request on a new connection. */
  sendOnNew(signal: AbortSignal): Promise<HttpResponse>;
  /** Called when one of the two requests was cancelled. */
  onOutcome(outcome: HedgeOutcome): void;
}

/** The second request. */
interface Hedge {
  readonly controller: AbortController;
  readonly response: Promise<HttpResponse>;
  readonly silentMs: number;
  hasFailed: boolean;
}

/**
 * Uses the response that begins first. Few requests are hedged, so an unhedged one costs only an entry in the
 * watch; everything else is created when the hedge starts.
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
   * @throws The error of the last failed request.
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
    const response = this.#hedgeable.sendOnNew(AbortSignal.any([signal, controller.signal]));
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

  /** A hedge already is the second attempt; without one, a dead connection is replaced at once. */
  async #afterFailure(error: unknown): Promise<HttpResponse> {
    const { signal } = this.#hedgeable;
    if (this.#hedge !== undefined) return await this.#hedge.response;
    if (this.#hedging.isDead(error)) return await this.#hedgeable.sendOnNew(signal);
    throw error;
  }
}
