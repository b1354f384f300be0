/**
 * The queues of a pool: a common one for calls that every account serves alike, and one for each other kind
 * of call.
 *
 * @module
 */
import type { MethodName } from "../../gemini/api/methods.ts";
import { AccountQueue, type ExcludedAccounts, type QueueOptions } from "./account_queue.ts";
import { type Member, WHOLE_ACCOUNT } from "../member.ts";
import type { Quotas } from "../quota/quotas.ts";
import type { PoolRequest } from "../selection.ts";
import type { Strategy } from "../strategy.ts";
import { MOST_LISTED, neverAvailable, type UnavailableAccount } from "../unavailable.ts";

/** Most queues besides the common one. Clients choose model names freely, and a queue holds every account. */
const MOST_QUEUES = 32;

/** Most keys remembered as having cool-downs of their own. */
const MOST_KEYS = 1024;

/** The parts of a call that determine its queue. */
export type QueuedRequest = Pick<PoolRequest, "capability" | "cooldownKey" | "offering" | "only">;

/** Finds the queue for a call, and updates all queues. */
export class AccountQueues {
  readonly #strategy: Strategy;
  readonly #quotas: Quotas | undefined;
  #members: readonly Member[] = [];
  /** By method: whether every account serves it for every model. */
  readonly #isOpen = new Map<MethodName, boolean>();
  #common: AccountQueue | undefined;
  /** In order of use: the least recently used one is first. */
  readonly #own = new Map<string, AccountQueue>();
  /** Keys with a present or past cool-down of their own. */
  readonly #apart = new Set<string>();

  constructor(strategy: Strategy, quotas?: Quotas) {
    this.#strategy = strategy;
    this.#quotas = quotas;
  }

  /** Discards all queues and uses these accounts from now on. */
  reset(members: readonly Member[]): void {
    this.#members = members;
    this.#isOpen.clear();
    this.#common = undefined;
    this.#own.clear();
    this.#apart.clear();
    for (const { coolDowns } of members) for (const key of coolDowns.keys()) this.setApart(key);
  }

  /** Discards all queues, since ends of cool-downs changed: each is created again on its next use. */
  lookAgain(): void {
    this.#common = undefined;
    this.#own.clear();
  }

  /** Returns the queue for a call, up to date. */
  for(request: QueuedRequest, nowMs: number): AccountQueue {
    const queue = this.#queueFor(request, nowMs);
    queue.wake(nowMs);
    return queue;
  }

  #queueFor(request: QueuedRequest, nowMs: number): AccountQueue {
    const { capability: { method, model }, cooldownKey, offering, only } = request;
    const isOpen = this.#isOpenTo(method);
    const isApart = this.#strategy.isByQuota || this.#apart.has(cooldownKey);
    if (isOpen && offering === undefined && only === undefined && !isApart) {
      return this.#common ??= this.#make(this.#members, { cooldownKey: WHOLE_ACCOUNT, nowMs });
    }
    const shared = offering?.key ??
      (isOpen ? keyOf(cooldownKey) : ` ${method}\n${model}\n${cooldownKey}`);
    const key = only === undefined ? shared : `${shared}\n\n${only.key}`;
    const known = this.#own.get(key);
    if (known !== undefined && this.#own.size === 1) return known;
    const queue = known ??
      this.#make(this.#serving(request), {
        cooldownKey,
        offering,
        nowMs,
        excluded: this.#excluded(request),
      });
    this.#own.delete(key);
    this.#own.set(key, queue);
    dropFirst(this.#own, MOST_QUEUES);
    return queue;
  }

  /** Notes that a key has cool-downs of its own. */
  setApart(key: string): void {
    if (key === WHOLE_ACCOUNT || this.#apart.has(key)) return;
    this.#apart.add(key);
    if (this.#apart.size <= MOST_KEYS) return;
    // The dropped key's cool-downs are the oldest: the key is noted again when an account fails.
    for (const oldest of this.#apart) {
      this.#apart.delete(oldest);
      this.#own.delete(keyOf(oldest));
      break;
    }
  }

  /** Updates all queues after an account's load, cool-downs or list of models changed. */
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

  #serving({ capability, only }: QueuedRequest): readonly Member[] {
    return this.#members.filter(({ account }) =>
      (only?.ids.has(account.id) ?? true) && (account.serves?.(capability) ?? true)
    );
  }

  /** The accounts that are not among those of {@linkcode #serving}. */
  #excluded({ capability, only }: QueuedRequest): ExcludedAccounts {
    const { method } = capability;
    const first: UnavailableAccount[] = [];
    let count = 0;
    for (const member of this.#members) {
      const { id, serves } = member.account;
      const isAllowed = only?.ids.has(id) ?? true;
      if (isAllowed && (serves?.(capability) ?? true)) continue;
      if (++count > MOST_LISTED) continue;
      const why = serves?.({ method, model: "" }) === false ? "method" : "model";
      first.push(neverAvailable(member, isAllowed ? why : "not-allowed"));
    }
    return { first, count };
  }

  #make(
    members: readonly Member[],
    options: Pick<QueueOptions, "cooldownKey" | "offering" | "nowMs" | "excluded">,
  ): AccountQueue {
    const [strategy, quotas] = [this.#strategy, this.#quotas];
    return new AccountQueue({ ...options, members, strategy, quotas });
  }
}

/** The key of a queue with every account; it differs from every other key and {@linkcode Offering.key}. */
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
