/**
 * A request on a connection that was used before, and its rival: the same request on a new connection,
 * where the first stays silent. A connection whose other end is gone without a word (a firewall that drops
 * silently, another network) can't be told from an upstream that takes its time.
 *
 * @module
 */
import type { HttpAnswer } from "./connections.ts";
import type { SilenceWatch, Waiting } from "./silence_watch.ts";

/** What became of a race. */
export interface RaceOutcome {
  /** Whose response was taken; the other was given up. */
  readonly winner: "first" | "rival";
  /** How long the first had been silent when the rival started, in ms. */
  readonly silentMs: number;
}

/** What a {@linkcode RivalRace} is made of. */
export interface RivalRaceOptions {
  readonly watch: SilenceWatch;
  /** How long a first connection may be silent before it gets a rival, in ms, at the least. */
  readonly leastWaitMs: number;
  /** How long it may be silent by what is known now, in ms. */
  readonly waitMs: () => number;
  /** Whether another rival may start; it then counts. */
  readonly mayStart: () => boolean;
  /** Gives up the first. */
  readonly giveUpFirst: () => void;
  /** Whether the first failed in a way that calls for a new connection at once. */
  readonly isDead: (error: unknown) => boolean;
  /** Sends the request over a new connection. */
  readonly sendAnew: (signal: AbortSignal) => Promise<HttpAnswer>;
  /** The client call's: ends both. */
  readonly signal: AbortSignal;
  /** One of two was given up. */
  readonly onOutcome: (outcome: RaceOutcome) => void;
}

/** A race; the response that begins first is taken whole. */
export class RivalRace implements Waiting {
  dueMs: number;
  readonly #options: RivalRaceOptions;
  readonly #startedMs = performance.now();
  readonly #answer = Promise.withResolvers<HttpAnswer>();
  #isOver = false;
  /** Ends the rival, which started after `silentMs`. */
  #rival: { readonly controller: AbortController; readonly silentMs: number } | undefined;
  #hasRivalFailed = false;
  #hasFirstFailed = false;

  constructor(options: RivalRaceOptions) {
    this.#options = options;
    this.dueMs = this.#startedMs + options.leastWaitMs;
  }

  /**
   * Waits for a response.
   *
   * @param first The request over the connection that was used before; sent just now.
   * @throws What the last of the requests failed with.
   */
  run(first: Promise<HttpAnswer>): Promise<HttpAnswer> {
    this.#options.watch.add(this);
    first.then(this.#onFirst, this.#onFirstFailure);
    return this.#answer.promise;
  }

  onDue(nowMs: number): void {
    const { watch, waitMs, mayStart, signal } = this.#options;
    this.dueMs = this.#startedMs + waitMs();
    if (nowMs < this.dueMs) return;
    watch.delete(this);
    if (signal.aborted || !mayStart()) return;
    const controller = new AbortController();
    this.#rival = { controller, silentMs: nowMs - this.#startedMs };
    this.#options.sendAnew(AbortSignal.any([signal, controller.signal]))
      .then(this.#onRival, this.#onRivalFailure);
  }

  readonly #onFirst = (answer: HttpAnswer): void => {
    if (this.#isOver) return void answer.cancel();
    if (this.#rival !== undefined && !this.#hasRivalFailed) {
      this.#rival.controller.abort();
      this.#options.onOutcome({ winner: "first", silentMs: this.#rival.silentMs });
    }
    this.#end().resolve(answer);
  };

  readonly #onFirstFailure = (error: unknown): void => {
    if (this.#isOver) return;
    this.#hasFirstFailed = true;
    // A rival is the second try already.
    if (this.#rival !== undefined && !this.#hasRivalFailed) return;
    const { isDead, sendAnew, signal } = this.#options;
    const mayTryAgain = this.#rival === undefined && isDead(error);
    this.#end().resolve(mayTryAgain ? sendAnew(signal) : Promise.reject(error));
  };

  readonly #onRival = (answer: HttpAnswer): void => {
    if (this.#isOver) return void answer.cancel();
    this.#options.giveUpFirst();
    this.#options.onOutcome({ winner: "rival", silentMs: this.#rival?.silentMs ?? 0 });
    this.#end().resolve(answer);
  };

  /** The first may still be answered; where it has failed, too, there is nothing left. */
  readonly #onRivalFailure = (error: unknown): void => {
    this.#hasRivalFailed = true;
    if (!this.#isOver && this.#hasFirstFailed) this.#end().reject(error);
  };

  #end(): PromiseWithResolvers<HttpAnswer> {
    this.#isOver = true;
    this.#options.watch.delete(this);
    return this.#answer;
  }
}
