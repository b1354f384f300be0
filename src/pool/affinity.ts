/**
 * Which account each conversation is bound to.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** Where bindings are written behind, so that a restarted gateway keeps them. */
export interface BindingSink {
  /** A conversation was bound, or its binding was prolonged. */
  bind(session: string, accountId: string, expiresAtMs: number): void;
  /** A conversation's binding was given up. */
  unbind(session: string): void;
}

/** A binding as it was kept. */
export interface Binding {
  readonly session: string;
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** How {@linkcode Affinity} forgets. */
export interface AffinityOptions {
  readonly clock: Clock;
  /** {@linkcode Affinity.ttlMs}, in the beginning. */
  readonly ttlMs: number;
  /** Most bindings held; the oldest are forgotten first. */
  readonly capacity: number;
  readonly sink: BindingSink;
}

interface Entry {
  readonly accountId: string;
  readonly expiresAtMs: number;
}

/** Bindings of conversations to accounts, bounded in number and in age. */
export class Affinity {
  readonly #options: AffinityOptions;
  /** In order of use: the first entry is the one that was used longest ago. */
  readonly #entries = new Map<string, Entry>();
  /** How long a binding lives that is not used from now on, in ms; each use prolongs it. */
  ttlMs: number;

  constructor(options: AffinityOptions) {
    this.#options = options;
    this.ttlMs = options.ttlMs;
  }

  /** Takes up bindings that were kept, in any order, without writing them again. */
  restore(bindings: Iterable<Binding>): void {
    for (const { session, accountId, expiresAtMs } of [...bindings].sort(byExpiry)) {
      this.#put(session, { accountId, expiresAtMs });
    }
  }

  /** The account that a conversation is bound to, if the binding has not expired. */
  get(session: string): string | undefined {
    const entry = this.#entries.get(session);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs > this.#options.clock.now()) return entry.accountId;
    this.#entries.delete(session);
    return undefined;
  }

  /** Binds a conversation, or prolongs its binding. */
  bind(session: string, accountId: string): void {
    const { clock, sink } = this.#options;
    const { ttlMs } = this;
    const now = clock.now();
    const known = this.#entries.get(session);
    // A binding that is still young is not written again: every turn of every conversation would be.
    if (known?.accountId === accountId && known.expiresAtMs - now > ttlMs * 0.9) {
      this.#put(session, known);
      return;
    }
    const expiresAtMs = now + ttlMs;
    this.#put(session, { accountId, expiresAtMs });
    sink.bind(session, accountId, expiresAtMs);
  }

  /** Gives up a conversation's binding, if it is bound to that account. */
  unbind(session: string, accountId: string): void {
    if (this.#entries.get(session)?.accountId !== accountId) return;
    this.#entries.delete(session);
    this.#options.sink.unbind(session);
  }

  /** How many bindings are held. */
  get size(): number {
    return this.#entries.size;
  }

  #put(session: string, entry: Entry): void {
    this.#entries.delete(session);
    this.#entries.set(session, entry);
    if (this.#entries.size <= this.#options.capacity) return;
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }
}

/** What ends first was used longest ago: every use gives the same time to live. */
function byExpiry(a: Binding, b: Binding): number {
  return a.expiresAtMs - b.expiresAtMs;
}
