/**
 * The thought signatures of the conversations under way: whose they are and where they belong. Some
 * clients drop them, and no upstream takes another's.
 *
 * @module
 */
import { LRUCache } from "lru-cache";
import { type Clock, elapsedMs } from "../base/clock.ts";
import { canonicalSignature } from "./thought_signature.ts";

/** A signature, and who gave it. */
export interface Signature {
  /** As upstream wrote it. */
  readonly value: string;
  /** The kind of upstream and the model: a signature is good only there. */
  readonly origin: string;
}

/** How {@linkcode Signatures} forgets. */
export interface SignaturesOptions {
  readonly clock: Clock;
  /** How long an unused signature lives, in ms; each use prolongs it. */
  readonly ttlMs: number;
  /** Most characters held; what was used longest ago is forgotten first. */
  readonly capacity: number;
}

/** What an entry costs besides its signature, in characters: its key and the memory's own. */
const ENTRY_SIZE = 256;

/** The signatures that are remembered. */
export class Signatures {
  readonly #places: LRUCache<string, Signature>;
  /** Who gave a signature, by its text. */
  readonly #origins: LRUCache<string, string>;
  readonly #refusals: LRUCache<string, true>;

  constructor(options: SignaturesOptions) {
    const { capacity } = options;
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

  /** How long a signature lives that is not used from now on, in ms. */
  set ttlMs(ms: number) {
    setTtl(this.#places, ms);
    setTtl(this.#origins, ms);
    setTtl(this.#refusals, ms);
  }

  /** How much is held, in characters. */
  get size(): number {
    return this.#places.calculatedSize + this.#origins.calculatedSize +
      this.#refusals.calculatedSize;
  }

  /**
   * Remembers a signature.
   *
   * @param place The place of the function call that it belongs to; signatures on other parts have none.
   */
  remember(signature: Signature, place?: string): void {
    this.#origins.set(canonicalSignature(signature.value), signature.origin);
    if (place !== undefined) this.#places.set(place, signature);
  }

  /** The signature that belongs to a place. */
  at(place: string): Signature | undefined {
    return this.#places.get(place);
  }

  /** Who gave a signature, in whichever alphabet it is written. */
  originOf(value: string): string | undefined {
    return this.#origins.get(canonicalSignature(value));
  }

  /** An upstream refused a conversation over its signatures. */
  noteRefusal(session: string, origin: string): void {
    this.#refusals.set(refusalKey(session, origin), true);
  }

  /** Whether it did so before. */
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

/** Gives every entry that time to live, in ms from now on, as well as those to come. */
function setTtl<Value extends object | string | true>(
  cache: LRUCache<string, Value>,
  ms: number,
): void {
  if (cache.ttl === Math.ceil(ms)) return;
  cache.ttl = Math.ceil(ms);
  // From the one used longest ago to the last one, so the order of use stays as it was.
  for (const key of [...cache.rkeys()]) {
    const value = cache.peek(key);
    if (value !== undefined) cache.set(key, value);
  }
}

function refusalKey(session: string, origin: string): string {
  return `${session} ${origin}`;
}
