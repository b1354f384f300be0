/**
 * The thought signatures of current conversations: their origin and position. Some clients drop signatures, and
 * no upstream accepts another upstream's.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import { type Clock, elapsedMs } from "../base/clock.ts";
import type { KeptOrigins } from "./kept_origins.ts";
import { canonicalSignature } from "./thought_signature.ts";

/** A signature and its origin. */
export interface Signature {
  /** As upstream wrote it. */
  readonly value: string;
  /** The kind of upstream and the model: a signature is valid only there. */
  readonly origin: string;
}

/** Limits of {@linkcode Signatures}. */
export interface SignaturesOptions {
  readonly clock: Clock;
  /** Lifetime of an unused signature, in ms; each use renews it. */
  readonly ttlMs: number;
  /** Most characters held; the least recently used are evicted first. */
  readonly capacity: number;
  /** Keeps the origins, so that they are known after a restart. Default: nothing does. */
  readonly kept?: Pick<KeptOrigins, "put" | "load">;
}

/** The overhead of an entry besides its signature, in characters: its key and the cache's own memory. */
const ENTRY_SIZE = 256;

/** The stored signatures. */
export class Signatures {
  readonly #places: LRUCache<string, Signature>;
  /** The origin of each signature, by its text. */
  readonly #origins: LRUCache<string, string>;
  readonly #refusals: LRUCache<string, true>;
  readonly #kept: SignaturesOptions["kept"];

  constructor(options: SignaturesOptions) {
    const { capacity } = options;
    this.#kept = options.kept;
    this.#places = new LRUCache({
      ...cacheOptions(options, capacity / 2),
      sizeCalculation: ({ value }) => value.length + ENTRY_SIZE,
    });
    this.#origins = new LRUCache({
      ...cacheOptions(options, capacity / 2),
      sizeCalculation: (_origin, signature) => signature.length + ENTRY_SIZE,
    });
    this.#refusals = new LRUCache({
      ...cacheOptions(options, capacity / 16),
      sizeCalculation: () => ENTRY_SIZE,
    });
  }

  /** Lifetime of a signature that is not used from now on, in ms. */
  set ttlMs(ms: number) {
    setTtl(this.#places, ms);
    setTtl(this.#origins, ms);
    setTtl(this.#refusals, ms);
  }

  /** The stored size, in characters. */
  get size(): number {
    return this.#places.calculatedSize + this.#origins.calculatedSize +
      this.#refusals.calculatedSize;
  }

  /**
   * Stores a signature.
   *
   * @param place The position of the function call that it belongs to; absent for signatures on other parts.
   */
  remember(signature: Signature, place?: string): void {
    const canonical = canonicalSignature(signature.value);
    if (this.#origins.peek(canonical) !== signature.origin) {
      this.#kept?.put(canonical, signature.origin);
    }
    this.#origins.set(canonical, signature.origin);
    if (place !== undefined) this.#places.set(place, signature);
  }

  /** The signature at a position. */
  at(place: string): Signature | undefined {
    return this.#places.get(place);
  }

  /** The origin of a signature, in either Base64 alphabet. */
  originOf(value: string): string | undefined {
    return this.#origins.get(canonicalSignature(value));
  }

  /**
   * Makes the origins of signatures known that are not in memory, for {@linkcode originOf}.
   *
   * @param values Signatures that a request has.
   * @returns A promise only if the store is read.
   */
  load(values: readonly string[]): Promise<void> | void {
    if (this.#kept === undefined) return;
    const unknown = values.map(canonicalSignature).filter((value) => !this.#origins.has(value));
    if (unknown.length === 0) return;
    return this.#kept.load(unknown, (signature, origin) => this.#origins.set(signature, origin));
  }

  /** Records that an upstream rejected a conversation because of its signatures. */
  noteRefusal(session: string, origin: string): void {
    this.#refusals.set(refusalKey(session, origin), true);
  }

  /** Whether an upstream has rejected the conversation before. */
  wasRefused(session: string, origin: string): boolean {
    return this.#refusals.get(refusalKey(session, origin)) ?? false;
  }
}

/** @param capacity Most characters of this cache. */
function cacheOptions({ clock, ttlMs }: SignaturesOptions, capacity: number) {
  return {
    maxSize: Math.floor(capacity),
    ttl: Math.ceil(ttlMs),
    updateAgeOnGet: true,
    // The clock is read at every use; the cache would set a timer to read it less often.
    ttlResolution: 0,
    perf: { now: () => elapsedMs(clock) },
  } as const;
}

/** Sets the time to live of every present and future entry, in ms from now on. */
function setTtl<Value extends object | string | true>(
  cache: LRUCache<string, Value>,
  ms: number,
): void {
  if (cache.ttl === Math.ceil(ms)) return;
  cache.ttl = Math.ceil(ms);
  // From the least to the most recently used, so that the order of use is kept.
  for (const key of [...cache.rkeys()]) {
    const value = cache.peek(key);
    if (value !== undefined) cache.set(key, value);
  }
}

function refusalKey(session: string, origin: string): string {
  return `${session} ${origin}`;
}
