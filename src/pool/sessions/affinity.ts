/**
 * Which account each conversation is bound to.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { SessionTable } from "./session_table.ts";

/** Where bindings are written behind, so that a restarted gateway keeps them. */
export interface BindingSink {
  /** A conversation was bound, or its binding was prolonged. */
  bind(session: string, accountId: string, expiresAtMs: number): void;
  /** A conversation's binding was given up. */
  unbind(session: string): void;
}

/** A binding as it was kept. */
export interface Binding {
  /** The conversation's fingerprint: hexadecimal, at least 32 digits. */
  readonly session: string;
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** A conversation that another gateway bound, or gave up. */
export interface AdoptedBinding extends Omit<Binding, "accountId"> {
  /** Null where it belongs to no account any more. */
  readonly accountId: string | null;
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

/** Bindings of conversations to accounts, bounded in number and in age. */
export class Affinity {
  readonly #options: AffinityOptions;
  readonly #table: SessionTable;
  /** Accounts by the numbers that the table has for them. */
  readonly #accounts: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** How long a binding lives that is not used from now on, in ms; each use prolongs it. */
  ttlMs: number;

  constructor(options: AffinityOptions) {
    this.#options = options;
    this.#table = new SessionTable(options.capacity);
    this.ttlMs = options.ttlMs;
  }

  /**
   * Takes up bindings that were kept, without writing them again. A conversation that has been bound
   * since stays where it is. What has ended or there is no room for is left out, those first that end
   * first.
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

  /** Takes over what another gateway did with a conversation, without writing it again. */
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
      // A binding that is still young is not written again: every turn of every conversation would be.
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

  /** Gives up a conversation's binding, if it is bound to that account. */
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

  /** Bytes set aside for them. */
  get bytes(): number {
    return this.#table.bytes;
  }

  /** Two for each that comes, so that conversations of a busy hour do not stay for ever. */
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

/** What ends first was used longest ago: every use gives the same time to live. */
function byExpiry(a: Binding, b: Binding): number {
  return a.expiresAtMs - b.expiresAtMs;
}
