/**
 * Counts the calls of the last minute.
 *
 * @module
 */
import { type Clock, elapsedMs } from "../../../base/clock.ts";
import type { CallObserver } from "../../call/call_observer.ts";
import type { ObservedRecord } from "../../call/call_record.ts";
import { isCall } from "../../call/is_call.ts";

/** Seconds of a minute: there are counts for each. */
const SECONDS = 60;

/** The sums of the last minute: calls that ended, those of them with an error, and their tokens. */
export interface MinuteSums {
  readonly requests: number;
  readonly errors: number;
  readonly tokens: number;
}

/** An observer with the sums of the last minute. A call costs it about as much as reading the clock. */
export class LastMinute implements CallObserver {
  readonly #clock: Clock;
  readonly #requests = new Float64Array(SECONDS);
  readonly #errors = new Float64Array(SECONDS);
  readonly #tokens = new Float64Array(SECONDS);
  /** The second of the newest counts, by the monotonic clock. */
  #second: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#second = this.#now();
  }

  end({ method, failure, status, usage }: ObservedRecord): void {
    if (!isCall(method)) return;
    const slot = this.#forward() % SECONDS;
    this.#requests[slot] = (this.#requests[slot] ?? 0) + 1;
    if (failure !== "" || status >= 400) this.#errors[slot] = (this.#errors[slot] ?? 0) + 1;
    if (usage !== undefined) this.#tokens[slot] = (this.#tokens[slot] ?? 0) + usage.total;
  }

  /** The sums now. */
  sums(): MinuteSums {
    this.#forward();
    return {
      requests: sumOf(this.#requests),
      errors: sumOf(this.#errors),
      tokens: sumOf(this.#tokens),
    };
  }

  #now(): number {
    return Math.floor(elapsedMs(this.#clock) / 1000);
  }

  /** Clears the seconds that have passed since the last one; returns the present second. */
  #forward(): number {
    const second = Math.max(this.#now(), this.#second);
    const passed = Math.min(SECONDS, second - this.#second);
    for (let nth = 0; nth < passed; nth++) {
      const slot = (second - nth) % SECONDS;
      this.#requests[slot] = 0;
      this.#errors[slot] = 0;
      this.#tokens[slot] = 0;
    }
    this.#second = second;
    return second;
  }
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
