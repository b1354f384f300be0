/**
 * The thought signatures of the conversations under way: whose they are and where they belong. Some
 * clients drop them, and no upstream takes another's.
 *
 * @module
 */
import { canonicalSignature } from "./thought_signature.ts";
import type { Clock } from "../base/clock.ts";
import { Recent } from "../base/recent.ts";

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
const ENTRY_WEIGHT = 256;

/** The signatures that are remembered. */
export class Signatures {
  readonly #places: Recent<Signature>;
  /** Who gave a signature, by its text. */
  readonly #origins: Recent<string>;
  readonly #refusals: Recent<true>;

  constructor({ clock, ttlMs, capacity }: SignaturesOptions) {
    const options = { clock, ttlMs, capacity: capacity / 2 };
    this.#places = new Recent(options);
    this.#origins = new Recent(options);
    this.#refusals = new Recent({ ...options, capacity: capacity / 16 });
  }

  /** How long a signature lives that is not used from now on, in ms. */
  set ttlMs(ms: number) {
    for (const memory of [this.#places, this.#origins, this.#refusals]) memory.ttlMs = ms;
  }

  /** How much is held, in characters. */
  get weight(): number {
    return this.#places.weight + this.#origins.weight + this.#refusals.weight;
  }

  /**
   * Remembers a signature.
   *
   * @param place The place of the function call that it belongs to; signatures on other parts have none.
   */
  remember(signature: Signature, place?: string): void {
    const weight = signature.value.length + ENTRY_WEIGHT;
    this.#origins.set(canonicalSignature(signature.value), signature.origin, weight);
    if (place !== undefined) this.#places.set(place, signature, weight);
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
    this.#refusals.set(refusalKey(session, origin), true, ENTRY_WEIGHT);
  }

  /** Whether it did so before. */
  wasRefused(session: string, origin: string): boolean {
    return this.#refusals.get(refusalKey(session, origin)) ?? false;
  }
}

function refusalKey(session: string, origin: string): string {
  return `${session} ${origin}`;
}
