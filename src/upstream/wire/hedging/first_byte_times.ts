/**
 * How long responses usually take to begin.
 *
 * @module
 */

/** Most kinds of request that are remembered; the one that came up first is forgotten first. */
const MOST_KINDS = 256;

/** How many of its latest responses a kind's usual time is made of. */
const SAMPLES = 64;

interface Samples {
  readonly ms: Float64Array;
  count: number;
}

/** The latest times from sending a request to the head of its response, by kind of request. */
export class FirstByteTimes {
  readonly #byKind = new Map<string, Samples>();

  /**
   * A response began.
   *
   * @param kind Requests that take about as long have the same: origin, method and model.
   * @param ms After that long, in ms.
   */
  add(kind: string, ms: number): void {
    const samples = this.#byKind.get(kind) ?? this.#begin(kind);
    samples.ms[samples.count % SAMPLES] = ms;
    samples.count++;
  }

  /** What 95 of 100 responses of a kind took at most, in ms; 0 for a kind that is not known. */
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
