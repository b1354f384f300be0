/**
 * Binds conversations to accounts.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { SessionTable } from "./session_table.ts";

/** Receives changes of bindings, to write them in the background for a restarted gateway. */
export interface BindingSink {
  /** A conversation was bound, or its binding was prolonged. */
  bind(session: string, accountId: string, expiresAtMs: number): void;
  /** A conversation's binding was removed. */
  unbind(session: string): void;
}

/** A stored binding. */
export interface Binding {
  /** The conversation's fingerprint: hexadecimal, at least 32 digits. */
  readonly session: string;
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** A conversation that another gateway bound or unbound. */
export interface AdoptedBinding extends Omit<Binding, "accountId"> {
  /** Null if it is no longer bound to an account. */
  readonly accountId: string | null;
}

/** The options of {@linkcode Affinity}. */
export interface AffinityOptions {
  readonly clock: Clock;
  /** The initial {@linkcode Affinity.ttlMs}. */
  readonly ttlMs: number;
  /** Most bindings held; the least recently used are removed first. */
  readonly capacity: number;
  readonly sink: BindingSink;
}

/** Bindings of conversations to accounts, bounded in number and in age. */
export class Affinity {
  readonly #options: AffinityOptions;
  readonly #table: SessionTable;
  /** Account ids by the number that the table holds for them. */
  readonly #accounts: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** Time to live of an unused binding, in ms; each use prolongs it. */
  ttlMs: number;

  constructor(options: AffinityOptions) {
    this.#options = options;
    this.#table = new SessionTable(options.capacity);
    this.ttlMs = options.ttlMs;
  }

  /**
   * Restores stored bindings, without writing them again. A conversation that has been bound since then
   * keeps its new binding. Expired bindings are left out; if there is not enough room, so are those that
   * expire first.
   */
  restore(bindings: readonly Binding[]): void {
    const nowMs = this.#options.clock.now();
    const room = this.#options.capacity - this.#table.size;
    const kept = bindings.filter((binding) => binding.expiresAtMs > nowMs)
      .sort(byExpiry).slice(-room);
    for (const { session, accountId, expiresAtMs } of room > 0 ? kept : []) {
      if (this.#table.find(session) >= 0) continue;
      this.#table.add(session, { account: this.#numberOf(accountId), endMs: expiresAtMs });
    }
  }

  /** Applies another gateway's change of a binding, without writing it again. */
  adopt({ session, accountId, expiresAtMs }: AdoptedBinding): void {
    const slot = this.#table.find(session);
    if (accountId === null) {
      if (slot >= 0) this.#table.remove(slot);
      return;
    }
    const value = { account: this.#numberOf(accountId), endMs: expiresAtMs };
    if (slot >= 0) {
      this.#table.set(slot, value);
      this.#table.touch(slot);
    } else this.#table.add(session, value);
  }

  /** The account that a conversation is bound to, if the binding has not expired. */
  get(session: string): string | undefined {
    const slot = this.#table.find(session);
    if (slot < 0) return undefined;
    if (this.#table.endMs(slot) > this.#options.clock.now()) return this.#accountIn(slot);
    this.#table.remove(slot);
    return undefined;
  }

  /** Binds a conversation, or prolongs its binding. */
  bind(session: string, accountId: string): void {
    const { clock, sink } = this.#options;
    const { ttlMs } = this;
    const nowMs = clock.now();
    const slot = this.#table.find(session);
    if (slot >= 0) {
      this.#table.touch(slot);
      // A recent binding is not written again: otherwise every turn of every conversation would be written.
      const leftMs = this.#table.endMs(slot) - nowMs;
      const isUnwatched = leftMs > ttlMs * 0.9 && leftMs <= ttlMs;
      if (isUnwatched && this.#accountIn(slot) === accountId) return;
    }
    const value = { account: this.#numberOf(accountId), endMs: nowMs + ttlMs };
    if (slot >= 0) this.#table.set(slot, value);
    else {
      this.#dropExpired(nowMs);
      this.#table.add(session, value);
    }
    sink.bind(session, accountId, value.endMs);
  }

  /** Removes a conversation's binding, if it is bound to that account. */
  unbind(session: string, accountId: string): void {
    const slot = this.#table.find(session);
    if (slot < 0 || this.#accountIn(slot) !== accountId) return;
    this.#table.remove(slot);
    this.#options.sink.unbind(session);
  }

  /** How many bindings are held. */
  get size(): number {
    return this.#table.size;
  }

  /** Bytes allocated for them. */
  get bytes(): number {
    return this.#table.bytes;
  }

  /** Removes up to two expired bindings for each new one, so that the table shrinks after a busy hour. */
  #dropExpired(nowMs: number): void {
    for (let left = 2; left > 0; left--) {
      const { oldest } = this.#table;
      if (oldest < 0 || this.#table.endMs(oldest) > nowMs) return;
      this.#table.remove(oldest);
    }
  }

  #accountIn(slot: number): string | undefined {
    return this.#accounts[this.#table.account(slot)];
  }

  #numberOf(accountId: string): number {
    const known = this.#numbers.get(accountId);
    if (known !== undefined) return known;
    this.#numbers.set(accountId, this.#accounts.length);
    return this.#accounts.push(accountId) - 1;
  }
}

/** The binding that expires first is the least recently used: every use sets the same time to live. */
function byExpiry(a: Binding, b: Binding): number {
  return a.expiresAtMs - b.expiresAtMs;
}
