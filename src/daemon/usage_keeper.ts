/**
 * Counts the usage of a running gateway, and keeps it for as long as the settings say.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Keeper } from "../base/stored/kept.ts";
import { readUsage, type UsageReading, type UsageSource } from "../server/admin/read_usage.ts";
import type { CallObserver } from "../server/call/call_observer.ts";
import type { Timer } from "../server/call/pause.ts";
import type { TokenUsage } from "../gemini/api/token_usage.ts";
import { costOf } from "../usage/cost.ts";
import { keepUsage } from "../usage/keep_usage.ts";
import { Prices, type Rates } from "../usage/prices.ts";
import { UsageLedger } from "../usage/usage_ledger.ts";
import type { UsageQuestion } from "../usage/usage_report.ts";
import { DAY_MS, HOUR_MS } from "../usage/usage_row.ts";

/** When the first pass over old usage begins, in ms after the start; then there is one each day. */
const FIRST_PASS_MS = HOUR_MS / 2;

/** Timers that do not keep the process alive, as after a start that failed. */
const BACKGROUND: Timer = {
  start(ms, onEnd) {
    const timer = setTimeout(onEnd, ms);
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

/** Options of a {@linkcode UsageKeeper}. */
export interface UsageKeeperOptions {
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** Default: of real time. */
  readonly timer?: Timer;
  /** How long usage is kept, in ms. */
  readonly retentionMs: number;
  /** The configuration's prices, by model. */
  readonly prices: Readonly<Record<string, Rates>>;
  /** The name of a caller by its id. Default: none is known. */
  readonly nameOf?: (callerId: string) => string | undefined;
  readonly onProblem: (what: string, error: unknown) => void;
}

/** The settings that may change. */
export interface UsageSettings {
  /** As {@linkcode UsageKeeperOptions.retentionMs}. */
  readonly retention: number;
  readonly prices: UsageKeeperOptions["prices"];
}

interface PricedUsage {
  readonly model: string;
  readonly usage: TokenUsage;
  readonly method: string;
  readonly cost: number | undefined;
}

/** The ledger of a gateway, and the daily pass over what it stored. */
export class UsageKeeper {
  /** Counts calls. */
  readonly observer: CallObserver;
  /** How long usage is kept, in ms; applies from the next pass. */
  #retentionMs: number;
  readonly #options: UsageKeeperOptions;
  readonly #ledger: UsageLedger;
  readonly #prices: Prices;
  /** What was priced last: the observers of a call ask for the same one after another. */
  #priced: PricedUsage | undefined;
  #stopTimer: () => void;
  readonly #closing = new AbortController();
  #passing: Promise<void> = Promise.resolve();

  constructor(options: UsageKeeperOptions) {
    const { keeper, nameOf = () => undefined } = options;
    this.#options = options;
    this.#retentionMs = options.retentionMs;
    this.#prices = new Prices(options.prices);
    this.#ledger = new UsageLedger({ keeper, nameOf, costOf: this.costOf });
    this.observer = this.#ledger;
    this.#stopTimer = this.#passIn(FIRST_PASS_MS);
  }

  /** Applies a changed configuration. */
  change({ retention, prices }: UsageSettings): void {
    this.#retentionMs = retention;
    this.#prices.change(prices);
    this.#priced = undefined;
  }

  /** The estimated cost of a call that is made now, in millionths of a US dollar; undefined if no price is known. */
  readonly costOf = (model: string, usage: TokenUsage, method = ""): number | undefined => {
    const last = this.#priced;
    if (last?.usage === usage && last.model === model && last.method === method) return last.cost;
    const atMs = this.#options.clock.now();
    const cost = costOf({ model, usage }, { prices: this.#prices, atMs, method });
    this.#priced = { model, usage, method, cost };
    return cost;
  };

  /** For how long the oldest counts wait to be written, in ms; 0 if none do. */
  get writeLagMs(): number {
    const { clock } = this.#options;
    const nowMs = clock.now();
    return Math.max(0, nowMs - (this.#ledger.rows.unwrittenSince() ?? nowMs));
  }

  /** Sums up usage, also of calls that ended up to a second ago. */
  async read(question: UsageQuestion, keys: UsageSource["keys"]): Promise<UsageReading> {
    this.#ledger.flush();
    return await readUsage(question, { rows: this.#ledger.rows, keys });
  }

  /** Hands all counts to the keeper, which is to be closed afterwards. Ends a pass, which could take minutes. */
  async close(): Promise<void> {
    this.#stopTimer();
    this.#closing.abort();
    this.#ledger.flush();
    await this.#passing;
  }

  #passIn(ms: number): () => void {
    const { timer = BACKGROUND } = this.#options;
    return timer.start(ms, () => {
      this.#passing = this.#pass();
      this.#stopTimer = this.#passIn(DAY_MS);
    });
  }

  async #pass(): Promise<void> {
    const { clock, onProblem } = this.#options;
    try {
      await keepUsage(this.#ledger.rows, {
        nowMs: clock.now(),
        retentionMs: this.#retentionMs,
        signal: this.#closing.signal,
      });
    } catch (error) {
      onProblem("Cannot fold or delete old usage; the next pass tries again", error);
    }
  }
}
