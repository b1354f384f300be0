/**
 * A memory that forgets: what was used longest ago goes first.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** How a {@linkcode Recent} forgets. */
export interface RecentOptions {
  readonly clock: Clock;
  /** {@linkcode Recent.ttlMs}, in the beginning. */
  readonly ttlMs: number;
  /** Most weight held. */
  readonly capacity: number;
}

interface Entry<V> {
  readonly value: V;
  readonly weight: number;
  readonly expiresAtMs: number;
}

/** Values by key, bounded in weight and in age. */
export class Recent<V> {
  readonly #options: RecentOptions;
  /** In order of use: the first entry is the one that was used longest ago. */
  readonly #entries = new Map<string, Entry<V>>();
  #weight = 0;
  /** How long an entry lives that is not used from now on, in ms; each use prolongs it. */
  ttlMs: number;

  constructor(options: RecentOptions) {
    this.#options = options;
    this.ttlMs = options.ttlMs;
  }

  /** What the entries weigh together. */
  get weight(): number {
    return this.#weight;
  }

  /** The value of a key, which counts as a use. */
  get(key: string): V | undefined {
    const entry = this.#take(key);
    if (entry === undefined || entry.expiresAtMs <= this.#options.clock.now()) return undefined;
    this.#put(key, entry.value, entry.weight);
    return entry.value;
  }

  /** Keeps a value, in place of an older one; what is heavier than all there may be is not kept. */
  set(key: string, value: V, weight: number): void {
    this.#take(key);
    if (weight <= this.#options.capacity) this.#put(key, value, weight);
  }

  #take(key: string): Entry<V> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#weight -= entry.weight;
    return entry;
  }

  #put(key: string, value: V, weight: number): void {
    const { clock, capacity } = this.#options;
    const nowMs = clock.now();
    this.#entries.set(key, { value, weight, expiresAtMs: nowMs + this.ttlMs });
    this.#weight += weight;
    // Every use gives the same time to live, unless that was changed, so what expires first stands first.
    for (const [oldest, { expiresAtMs }] of this.#entries) {
      if (this.#weight <= capacity && expiresAtMs > nowMs) break;
      this.#take(oldest);
    }
  }
}
