/**
 * The queues of a pool: one for all models that are alike to it, and one for each that is not.
 *
 * @module
 */
import { AccountQueue } from "./account_queue.ts";
import { type Member, WHOLE_ACCOUNT } from "./member.ts";
import type { PoolRequest } from "./selection.ts";
import type { Strategy } from "./strategy.ts";

/** Most queues besides the common one. Clients name models as they like; a queue holds every account. */
const MOST_QUEUES = 32;

/** Most models that are remembered to have had cool-downs of their own. */
const MOST_MODELS = 1024;

/** Finds the queue for a model, and tells all of them what changed. */
export class AccountQueues {
  readonly #strategy: Strategy;
  #members: readonly Member[] = [];
  /** Whether every account serves every model. */
  #isOpen = true;
  #common: AccountQueue | undefined;
  /** In order of use: the first was used longest ago. */
  readonly #own = new Map<string, AccountQueue>();
  /** Models that an account rests for, or has rested for, on its own. */
  readonly #apart = new Set<string>();

  constructor(strategy: Strategy) {
    this.#strategy = strategy;
  }

  /** Starts anew with these accounts. */
  reset(members: readonly Member[]): void {
    this.#members = members;
    this.#isOpen = members.every(({ account }) => account.serves === undefined);
    this.#common = undefined;
    this.#own.clear();
    this.#apart.clear();
    for (const { coolDowns } of members) for (const model of coolDowns.keys()) this.setApart(model);
  }

  /** Ends of rests have changed: every queue is made anew when it is next asked for. */
  lookAgain(): void {
    this.#common = undefined;
    this.#own.clear();
  }

  /** The queue for a call. */
  for(request: Pick<PoolRequest, "model" | "offering">, nowMs: number): AccountQueue {
    const { model, offering } = request;
    if (this.#isOpen && offering === undefined && !this.#apart.has(model)) {
      return this.#common ??= this.#make({ model: WHOLE_ACCOUNT }, nowMs);
    }
    const key = offering?.key ?? keyOf(model);
    const known = this.#own.get(key);
    if (known !== undefined && this.#own.size === 1) return known;
    const queue = known ?? this.#make(request, nowMs);
    this.#own.delete(key);
    this.#own.set(key, queue);
    dropFirst(this.#own, MOST_QUEUES);
    return queue;
  }

  /** From now on a model has cool-downs of its own. */
  setApart(model: string): void {
    if (model === WHOLE_ACCOUNT || this.#apart.has(model)) return;
    this.#apart.add(model);
    if (this.#apart.size <= MOST_MODELS) return;
    // What is dropped is a model whose accounts rested long ago: it is set apart again when one fails.
    for (const oldest of this.#apart) {
      this.#apart.delete(oldest);
      this.#own.delete(keyOf(oldest));
      break;
    }
  }

  /** An account's load or cool-downs have changed, or what is known of what it offers. */
  refresh(member: Member, nowMs: number): void {
    this.#common?.refresh(member, nowMs);
    for (const queue of this.#own.values()) queue.refresh(member, nowMs);
  }

  #make(
    { model, offering }: Pick<PoolRequest, "model" | "offering">,
    nowMs: number,
  ): AccountQueue {
    const members = model === WHOLE_ACCOUNT
      ? this.#members
      : this.#members.filter(({ account }) => account.serves?.(model) ?? true);
    return new AccountQueue({ model, offering, members, strategy: this.#strategy, nowMs });
  }
}

/** The key of a model's own queue: no {@linkcode Offering.key} begins like this. */
function keyOf(model: string): string {
  return ` ${model}`;
}

function dropFirst(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
