/**
 * The queues of a pool: one for all calls that are alike to it, and one for each kind that is not.
 *
 * @module
 */
import type { MethodName } from "../../gemini/api/methods.ts";
import { AccountQueue, type QueueOptions } from "./account_queue.ts";
import { type Member, WHOLE_ACCOUNT } from "../member.ts";
import type { Capability } from "../capability.ts";
import type { PoolRequest } from "../selection.ts";
import type { Strategy } from "../strategy.ts";

/** Most queues besides the common one. Clients name models as they like; a queue holds every account. */
const MOST_QUEUES = 32;

/** Most keys that are remembered to have had cool-downs of their own. */
const MOST_KEYS = 1024;

/** What of a call decides its queue. */
export type QueuedRequest = Pick<PoolRequest, "capability" | "cooldownKey" | "offering">;

/** Finds the queue for a call, and tells all of them what changed. */
export class AccountQueues {
  readonly #strategy: Strategy;
  #members: readonly Member[] = [];
  /** By method: whether every account serves it, for every model. */
  readonly #isOpen = new Map<MethodName, boolean>();
  #common: AccountQueue | undefined;
  /** In order of use: the first was used longest ago. */
  readonly #own = new Map<string, AccountQueue>();
  /** Keys that an account rests for, or has rested for, on their own. */
  readonly #apart = new Set<string>();

  constructor(strategy: Strategy) {
    this.#strategy = strategy;
  }

  /** Starts anew with these accounts. */
  reset(members: readonly Member[]): void {
    this.#members = members;
    this.#isOpen.clear();
    this.#common = undefined;
    this.#own.clear();
    this.#apart.clear();
    for (const { coolDowns } of members) for (const key of coolDowns.keys()) this.setApart(key);
  }

  /** Ends of rests have changed: every queue is made anew when it is next asked for. */
  lookAgain(): void {
    this.#common = undefined;
    this.#own.clear();
  }

  /** The queue for a call. */
  for(request: QueuedRequest, nowMs: number): AccountQueue {
    const { capability: { method, model }, cooldownKey, offering } = request;
    const isOpen = this.#isOpenTo(method);
    if (isOpen && offering === undefined && !this.#apart.has(cooldownKey)) {
      return this.#common ??= this.#make(this.#members, { cooldownKey: WHOLE_ACCOUNT, nowMs });
    }
    const key = offering?.key ??
      (isOpen ? keyOf(cooldownKey) : ` ${method}\n${model}\n${cooldownKey}`);
    const known = this.#own.get(key);
    if (known !== undefined && this.#own.size === 1) return known;
    const queue = known ??
      this.#make(this.#serving(request.capability), { cooldownKey, offering, nowMs });
    this.#own.delete(key);
    this.#own.set(key, queue);
    dropFirst(this.#own, MOST_QUEUES);
    return queue;
  }

  /** From now on a key has cool-downs of its own. */
  setApart(key: string): void {
    if (key === WHOLE_ACCOUNT || this.#apart.has(key)) return;
    this.#apart.add(key);
    if (this.#apart.size <= MOST_KEYS) return;
    // What is dropped is a key whose accounts rested long ago: it is set apart again when one fails.
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

  #isOpenTo(method: MethodName): boolean {
    const known = this.#isOpen.get(method);
    if (known !== undefined) return known;
    const isOpen = this.#members.every(({ account }) => account.serves?.({ method }) ?? true);
    this.#isOpen.set(method, isOpen);
    return isOpen;
  }

  #serving(capability: Capability): readonly Member[] {
    return this.#members.filter(({ account }) => account.serves?.(capability) ?? true);
  }

  #make(
    members: readonly Member[],
    options: Pick<QueueOptions, "cooldownKey" | "offering" | "nowMs">,
  ): AccountQueue {
    return new AccountQueue({ ...options, members, strategy: this.#strategy });
  }
}

/** The key of a queue that holds every account: no other key, nor {@linkcode Offering.key}, is like it. */
function keyOf(cooldownKey: string): string {
  return ` ${cooldownKey}`;
}

function dropFirst(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    break;
  }
}
