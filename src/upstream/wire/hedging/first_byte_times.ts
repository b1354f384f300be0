/**
 * Records the usual time to first byte of responses.
 *
 * @module
 */

/** Most kinds of request that are stored; the oldest is evicted first. */
const MOST_KINDS = 256;

/** How many of the latest responses a kind's usual time is computed from. */
const SAMPLES = 64;

interface Samples {
  readonly ms: Float64Array;
  count: number;
}

/** The latest times from sending a request to the head of its response, by kind of request. */
export class FirstByteTimes {
  readonly #byKind = new Map<string, Samples>();

  /**
   * Records a response.
   *
   * @param kind The same for requests that take about equally long: origin, method and model.
   * @param ms The time to first byte, in ms.
   */
  add(kind: string, ms: number): void {
    const samples = this.#byKind.get(kind) ?? this.#begin(kind);
    samples.ms[samples.count % SAMPLES] = ms;
    samples.count++;
  }

  /** The 95th percentile of a kind, in ms; 0 for an unknown kind. */
  p95(kind: string): number {
    const samples = this.#byKind.get(kind);
    if (samples === undefined) return 0;
    const sorted = samples.ms.slice(0, samples.count).sort();
    return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
  }

  #begin(kind: string): Samples {
    const [first] = this.#byKind.keys();
    if (first !== undefined && this.#byKind.size >= MOST_KINDS) this.#byKind.delete(first);
    const samples = { ms: new Float64Array(SAMPLES), count: 0 };
    this.#byKind.set(kind, samples);
    return samples;
  }
}
