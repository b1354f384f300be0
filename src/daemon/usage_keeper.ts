/**
 * Counts the usage of a running gateway, and keeps it for as long as the settings say.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import type { Keeper } from "../base/kept.ts";
import type { CallObserver } from "../server/call/call_observer.ts";
import { keepUsage } from "../usage/keep_usage.ts";
import { UsageLedger } from "../usage/usage_ledger.ts";
import { DAY_MS, HOUR_MS } from "../usage/usage_row.ts";

/** When the first pass over old usage begins, in ms after the start; then there is one each day. */
const FIRST_PASS_MS = HOUR_MS / 2;

/** Options of a {@linkcode UsageKeeper}. */
export interface UsageKeeperOptions {
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** How long usage is kept, in ms. */
  readonly retentionMs: number;
  /** The name of a caller by its id. Default: none is known. */
  readonly nameOf?: (callerId: string) => string | undefined;
  readonly onProblem: (what: string, error: unknown) => void;
}

/** The ledger of a gateway, and the daily pass over what it stored. */
export class UsageKeeper {
  /** Counts calls. */
  readonly observer: CallObserver;
  /** How long usage is kept, in ms; applies from the next pass. */
  retentionMs: number;
  readonly #options: UsageKeeperOptions;
  readonly #ledger: UsageLedger;
  #timer: ReturnType<typeof setTimeout>;
  #passing: Promise<void> = Promise.resolve();

  constructor(options: UsageKeeperOptions) {
    const { keeper, nameOf = () => undefined } = options;
    this.#options = options;
    this.retentionMs = options.retentionMs;
    this.#ledger = new UsageLedger({ keeper, nameOf, costOf: () => undefined });
    this.observer = this.#ledger;
    this.#timer = this.#passIn(FIRST_PASS_MS);
  }

  /** Hands all counts to the keeper, which is to be closed afterwards. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#ledger.flush();
    await this.#passing;
  }

  #passIn(ms: number): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#passing = this.#pass();
      this.#timer = this.#passIn(DAY_MS);
    }, ms);
    Deno.unrefTimer(timer);
    return timer;
  }

  async #pass(): Promise<void> {
    const { clock, onProblem } = this.#options;
    try {
      const { retentionMs } = this;
      await keepUsage(this.#ledger.rows, { nowMs: clock.now(), retentionMs });
    } catch (error) {
      onProblem("Cannot fold or delete old usage; the next pass tries again", error);
    }
  }
}
