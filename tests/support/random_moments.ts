/**
 * Random moments in the life of a process, spread over the same stretch of its work however busy the
 * machine is.
 *
 * @module
 */
import type { Victim } from "../store/victim.ts";

/** One in so many processes is let live for the whole stretch, to see how long it takes at present. */
const MEASURED = 20;

/** How many die before they say anything. */
const STARTING = 0.2;

/** Chooses the moments. */
export class RandomMoments {
  readonly #random: () => number;
  /** How many lines the stretch has. */
  readonly #lines: number;
  #count = 0;
  #startMs = 0;
  #workMs = 0;

  constructor(random: () => number, lines: number) {
    this.#random = random;
    this.#lines = lines;
  }

  /** Waits for such a moment in the life of a process that was just started. */
  async wait(victim: Victim): Promise<void> {
    if (this.#count++ % MEASURED === 0) return await this.#measure(victim);
    if (this.#random() < STARTING) return await pause(this.#random() * this.#startMs);
    await victim.lines(1);
    await pause(this.#random() * this.#workMs);
  }

  async #measure(victim: Victim): Promise<void> {
    const startedAt = performance.now();
    await victim.lines(1);
    const begunAt = performance.now();
    await victim.lines(this.#lines);
    this.#startMs = begunAt - startedAt;
    this.#workMs = performance.now() - begunAt;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
