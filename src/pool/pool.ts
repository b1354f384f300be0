/**
 * Which account answers. Pure state: events go in, decisions come out; time is handed in.
 *
 * @module
 */
import type { Affinity } from "./affinity.ts";
import type { Clock } from "./clock.ts";
import { CoolDowns } from "./cooldowns.ts";

/** What a call asks of the pool. */
export interface Wish {
  /** Model id, after aliasing: cool-downs are kept for each. */
  readonly model: string;
  /** The conversation's fingerprint; absent for calls that belong to none. */
  readonly session?: string;
  /** Accounts that this call has tried already. */
  readonly tried: ReadonlySet<string>;
  /** Accounts that may not answer for the model. Default: none. */
  readonly excluded?: ReadonlySet<string>;
}

/** The pool's answer. */
export type Choice =
  | { readonly type: "account"; readonly accountId: string }
  /** There is no account that may answer. */
  | { readonly type: "empty" }
  /** The call has tried every account that could answer. */
  | { readonly type: "tried" }
  /** Every account cools; the nearest is back at `untilMs` (ms since the epoch). */
  | { readonly type: "cooling"; readonly untilMs: number; readonly reason: string };

/** A failure, as far as the pool minds it. */
export interface Failure {
  readonly model: string;
  readonly session?: string;
  /** What has to rest: nothing, the account for this model, or the whole account. */
  readonly cools: "nothing" | "model" | "account";
  /** How long, in ms, by upstream's own words; without them the pool's default. */
  readonly delayMs: number | undefined;
  /** Upstream's words. */
  readonly reason: string;
}

/** What a {@linkcode Pool} is made of. */
export interface PoolOptions {
  readonly clock: Clock;
  readonly affinity: Affinity;
  /** How long to rest where upstream does not say, in ms. */
  readonly defaultCoolDownMs: number;
}

/** Chooses accounts and remembers how they fared. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #coolDowns = new CoolDowns();
  /** Account ids in order of use: the first is the least recently used. */
  readonly #order = new Set<string>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Sets which accounts there are. What is known of those that stay is kept; a new one comes first in
   * turn. An account in `changed` starts anew: its cool-downs belonged to its old credential.
   *
   * @param accountIds All enabled accounts.
   * @param changed Those of them that were edited.
   */
  setAccounts(accountIds: readonly string[], changed: ReadonlySet<string> = new Set()): void {
    const wanted = new Set(accountIds);
    for (const id of this.#order) {
      if (wanted.has(id)) continue;
      this.#order.delete(id);
      this.#coolDowns.forget(id);
    }
    const known = [...this.#order];
    this.#order.clear();
    for (const id of accountIds) if (!known.includes(id)) this.#order.add(id);
    for (const id of known) this.#order.add(id);
    for (const id of changed) this.#coolDowns.forget(id);
  }

  /**
   * Chooses an account: the conversation's own while it can answer, else the least recently used one
   * that neither cools nor was tried.
   */
  choose(wish: Wish): Choice {
    const bound = wish.session === undefined ? undefined : this.#options.affinity.get(wish.session);
    const nowMs = this.#options.clock.now();
    if (bound !== undefined && this.#canAnswer(bound, wish, nowMs)) return this.#take(bound, wish);
    for (const id of this.#order) {
      if (this.#canAnswer(id, wish, nowMs)) return this.#take(id, wish);
    }
    return this.#nobody(wish, nowMs);
  }

  /** A call failed: rests what has to rest and lets the conversation move on. */
  failed(accountId: string, failure: Failure): void {
    if (failure.session !== undefined) this.#options.affinity.unbind(failure.session, accountId);
    if (failure.cools === "nothing") return;
    const delayMs = failure.delayMs ?? this.#options.defaultCoolDownMs;
    this.#coolDowns.start(accountId, {
      untilMs: this.#options.clock.now() + delayMs,
      reason: failure.reason,
      model: failure.cools === "model" ? failure.model : undefined,
    });
  }

  #canAnswer(id: string, wish: Wish, nowMs: number): boolean {
    return this.#order.has(id) && !wish.tried.has(id) && !wish.excluded?.has(id) &&
      this.#coolDowns.running(id, { model: wish.model, nowMs }) === undefined;
  }

  #take(id: string, wish: Wish): Choice {
    this.#order.delete(id);
    this.#order.add(id);
    // Bound at once, not on success: two calls of one new conversation must not part.
    if (wish.session !== undefined) this.#options.affinity.bind(wish.session, id);
    return { type: "account", accountId: id };
  }

  #nobody(wish: Wish, nowMs: number): Choice {
    let nearest: Choice = { type: "empty" };
    for (const id of this.#order) {
      if (wish.excluded?.has(id)) continue;
      const coolDown = this.#coolDowns.running(id, { model: wish.model, nowMs });
      if (coolDown === undefined) return { type: "tried" };
      if (nearest.type === "cooling" && nearest.untilMs <= coolDown.untilMs) continue;
      nearest = { type: "cooling", untilMs: coolDown.untilMs, reason: coolDown.reason };
    }
    return nearest;
  }
}
