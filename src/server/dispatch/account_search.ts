/**
 * Selects the accounts for one call: which to try next, what to wait for, when to stop.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import { elapsedMs } from "../../base/clock.ts";
import type { Lease } from "../../pool/lease.ts";
import type { AccountSelection, PoolRequest, Selection } from "../../pool/selection.ts";
import { GRACE_MS } from "../../pool/cool_downs/backoff.ts";
import type { AttemptBudget } from "../../upstream/attempt_budget.ts";
import { maySendAgain } from "../../upstream/faults/may_send_again.ts";
import type { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import { everyAccountIsBusy } from "./no_account.ts";
import { givenUp } from "./given_up.ts";
import type { Pinned } from "../owners/pinned.ts";
import { isBetter, type NotYet } from "./better_choice.ts";
import type { SearchedCall, SearchOptions } from "./searched_call.ts";
import { subjectOf, usedWith } from "./subject_of.ts";
import { pause } from "../call/pause.ts";

/** How many accounts a call tries for a model or resource that the first account does not know. */
const MOST_ASKED_FOR_NAME = 2;

/** Delay before a retry with the same account after a transient fault, in ms; multiplied by the attempts. */
const BACKOFF_MS = 250;

const NONE: ReadonlySet<string> = new Set();

/** The search of one call, which yields one account at a time. */
export class AccountSearch {
  readonly #options: SearchOptions;
  readonly #call: SearchedCall;
  readonly #budget: AttemptBudget;
  #tried: Set<string> | undefined;
  readonly #request: PoolRequest & {
    tried: ReadonlySet<string>;
    notBeforeMs: number;
    asks: PoolRequest["asks"];
    pinnedTo: PoolRequest["pinnedTo"];
  };
  #last: { readonly fault: UpstreamFault; readonly accountId: string } | undefined;
  #tries = 0;
  #waits = 0;
  /** The fault of an account whose quota for the call's model is spent. */
  #spent: UpstreamFault | undefined;
  /** Why the accounts that the call was pinned to cannot serve it, once others may do so with copies. */
  #stuck: { readonly choice: NotYet; readonly fault: UpstreamFault | undefined } | undefined;
  #isOutOfPatience = false;
  /** How many accounts did not know the model or resource. */
  #ignorant = 0;
  /** Whether an account did not know a model that it lists, or a named resource. */
  #isMisled = false;

  constructor(call: SearchedCall, budget: AttemptBudget, options: SearchOptions) {
    this.#options = options;
    this.#call = call;
    this.#budget = budget;
    this.#request = {
      capability: { method: call.method, model: call.model },
      cooldownKey: subjectOf(call),
      ...usedWith(call),
      offering: call.model === "" ? undefined : options.lists.offering(call.model, call.method),
      asks: undefined,
      pinnedTo: undefined,
      only: call.only,
      session: call.session,
      isSticky: call.isSticky,
      isContinuation: call.isContinuation ?? false,
      tried: NONE,
      notBeforeMs: 0,
      patienceUntilMs: elapsedMs(options.clock) + options.maxWaitMs,
    };
  }

  /**
   * The account for the next attempt; a promise only if the call has to wait for it.
   *
   * @throws {RpcError} If there is none, no attempt is left, or the call is over.
   */
  next(): AccountSelection | Promise<AccountSelection> {
    if (this.#last !== undefined) this.#mayGoOn(this.#last.fault);
    const choice = this.#choose();
    return choice.type === "account" ? this.#found(choice) : this.#waitForAccount(choice);
  }

  /** Records a failed attempt after which another account may succeed. */
  failed(accountId: string, fault: UpstreamFault): void {
    const isExpected = fault.scope === "model" &&
      this.#request.offering?.of(accountId) === "no";
    // An account that does not list the model is expected not to know it: an earlier error is kept.
    if (this.#last === undefined || !isExpected) this.#last = { accountId, fault };
    if (fault.scope === "account-model") this.#spent = fault;
    if (fault.scope === "model" || fault.scope === "named") this.#noteUnknown(accountId, fault);
    this.leaveOut(accountId);
  }

  /** Excludes an account from further selections. */
  leaveOut(accountId: string): void {
    this.#tried ??= new Set();
    this.#request.tried = this.#tried.add(accountId);
  }

  /** After an account did not know the model, prefers accounts that are known to offer it. */
  #noteUnknown(accountId: string, { scope }: UpstreamFault): void {
    const { offering } = this.#request;
    this.#ignorant++;
    if (scope === "named" || offering?.of(accountId) === "yes") this.#isMisled = true;
    if (offering === undefined || this.#isMisled) return;
    this.#request.asks = this.#ignorant < MOST_ASKED_FOR_NAME ? "known-first" : "known-only";
  }

  /** The pool's selection; for a pinned call among the accounts of the owner's project, the owner first. */
  #choose(): Selection {
    const { pool } = this.#options;
    const { pinned } = this.#call;
    if (pinned === undefined) return pool.choose(this.#request);
    if (this.#stuck !== undefined) return this.#chooseOther(pinned);
    let best: NotYet = { type: "empty" };
    for (const accountId of pinned.accountIds) {
      this.#request.pinnedTo = accountId;
      const choice = pool.choose(this.#request);
      if (choice.type === "account") return choice;
      if (isBetter(choice, best)) best = choice;
    }
    if (pinned.copies === undefined || !this.#isStuck(best)) return best;
    this.#stuck = { choice: best, fault: this.#last?.fault };
    for (const id of [...pinned.accountIds, ...pinned.copies.unable]) this.leaveOut(id);
    return this.#chooseOther(pinned);
  }

  /** Another account, which gets copies of what the call names; preferably one that has them. */
  #chooseOther({ copies }: Pinned): Selection {
    const { pool } = this.#options;
    for (const accountId of copies?.ready ?? []) {
      this.#request.pinnedTo = accountId;
      const choice = pool.choose(this.#request);
      if (choice.type === "account") return choice;
    }
    this.#request.pinnedTo = undefined;
    return pool.choose(this.#request);
  }

  /** Whether the accounts that the call is pinned to cannot serve it soon. */
  #isStuck({ type }: NotYet): boolean {
    if (type === "busy") return this.#isOutOfPatience;
    if (type !== "tried") return type !== "wait";
    const scope = this.#last?.fault.scope;
    return scope === "account" || scope === "account-model";
  }

  async #waitForAccount(first: NotYet): Promise<AccountSelection> {
    let choice: Selection = first;
    while (choice.type !== "account") {
      const found = await this.#wait(choice);
      if (found !== undefined) return this.#found(found);
      choice = this.#choose();
    }
    return this.#found(choice);
  }

  #found(selection: AccountSelection): AccountSelection {
    this.#tries++;
    return selection;
  }

  /** Throws if there must be no further attempt. Attempts that fail before a request is sent count as well. */
  #mayGoOn(fault: UpstreamFault): void {
    const { watch } = this.#call;
    if (this.#budget.spent || this.#tries >= this.#options.maxAttempts) {
      this.#noteEnd("attempts");
      // A spent quota is preferred to a refused account as the error, since it recovers by itself.
      const told = fault.scope === "account" ? this.#spent ?? fault : fault;
      if (this.#stuck !== undefined) throw this.#told(fault);
      throw told.scope === "account-model" ? this.#outOfQuota(told) : told.rpc;
    }
    if (this.#ignorant >= MOST_ASKED_FOR_NAME && this.#request.asks !== "known-only") {
      throw this.#told(fault);
    }
    if (fault.isFinal || !maySendAgain(fault, this.#call.retry)) throw fault.rpc;
    watch.checkTime(this.#options.clock.now());
    if (watch.over !== undefined) throw watch.over.rpc;
  }

  /** The error after a failed attempt: that of the owner, if the attempt was made in its place. */
  #told({ rpc }: UpstreamFault): RpcError {
    return this.#stuck === undefined
      ? rpc
      : this.#giveUp(this.#stuck.choice, elapsedMs(this.#options.clock));
  }

  /** The error where no attempt is left: it says when to come back if every account cools down. */
  #outOfQuota({ rpc }: UpstreamFault): RpcError {
    const choice = this.#choose();
    if (choice.type === "account") choice.lease[Symbol.dispose]();
    return choice.type === "cooling" || choice.type === "wait"
      ? this.#giveUp(choice, elapsedMs(this.#options.clock))
      : rpc;
  }

  async #wait(choice: NotYet): Promise<AccountSelection | undefined> {
    const { clock, timer, maxAttempts } = this.#options;
    const nowMs = elapsedMs(clock);
    if (choice.type === "busy") return await this.#waitInLine(choice, nowMs);
    const again = this.#again(choice, nowMs);
    const endMs = nowMs + (again?.ms ?? 0);
    if (again === undefined || this.#waits >= maxAttempts || again.ms >= this.#leftMs()) {
      throw this.#giveUp(choice, nowMs);
    }
    this.#waits++;
    const { lifecycle, watch } = this.#call;
    const startMs = lifecycle.elapsedMs;
    try {
      await pause(watch, { ms: again.ms, timer });
    } finally {
      const { accountId } = again;
      const ms = lifecycle.elapsedMs - startMs;
      lifecycle.record.trace.waited({ what: "back-off", startMs, ms, accountId });
    }
    this.#tried?.delete(again.accountId);
    this.#request.notBeforeMs = endMs;
    return undefined;
  }

  /** The account that may be tried, even a second time, and the delay before that. */
  #again(
    choice: Selection,
    nowMs: number,
  ): { readonly accountId: string; readonly ms: number } | undefined {
    if (choice.type === "wait") {
      return { accountId: choice.accountId, ms: Math.max(0, choice.untilMs - nowMs) };
    }
    if (this.#last === undefined) return undefined;
    const { accountId, fault } = this.#last;
    if (fault.scope !== "transient" || fault.isLasting) return undefined;
    const ms = fault.delayMs ?? BACKOFF_MS * this.#tries;
    return ms <= GRACE_MS ? { accountId, ms } : undefined;
  }

  async #waitInLine(
    choice: Selection & { readonly type: "busy" },
    nowMs: number,
  ): Promise<AccountSelection | undefined> {
    const { pool, timer } = this.#options;
    const { watch, lifecycle, pinned } = this.#call;
    const lastMs = Math.min(this.#request.patienceUntilMs, nowMs + this.#leftMs());
    const turn = Promise.withResolvers<Lease>();
    const place = { request: this.#request, accountId: choice.accountId, onTurn: turn.resolve };
    if (nowMs >= lastMs || !pool.wait(place)) {
      if (pinned?.copies !== undefined && !this.#isOutOfPatience) {
        this.#isOutOfPatience = true;
        return undefined;
      }
      this.#noteEnd("busy");
      throw everyAccountIsBusy(subjectOf(this.#call), pinned?.name);
    }
    const { accountId } = choice;
    const startMs = lifecycle.elapsedMs;
    const unavailable = pool.unavailableTo(this.#request);
    try {
      const ms = Math.min(lastMs, choice.untilMs) - nowMs;
      const lease = await pause(watch, { ms, until: turn.promise, timer });
      // If an account becomes free at the same time as the wait ends, the account is used.
      if (lease === undefined) return undefined;
      const owner = pinned === undefined ? "conversation" : "owner";
      const by = accountId === undefined ? "turn" : owner;
      return { type: "account", lease, by, left: undefined, unavailable };
    } catch (error) {
      turn.promise.then((lease) => lease[Symbol.dispose]());
      throw error;
    } finally {
      pool.leave(place);
      const ms = lifecycle.elapsedMs - startMs;
      lifecycle.record.trace.waited({ what: "busy", startMs, ms, accountId });
    }
  }

  /** The remaining time of the call, in ms. */
  #leftMs(): number {
    return this.#call.watch.endsAtMs - this.#options.clock.now();
  }

  /** Notes why the call gets no further account. */
  #noteEnd(gaveUp: NotYet["type"] | "attempts"): void {
    const { trace } = this.#call.lifecycle.record;
    trace.gaveUp = gaveUp;
    trace.unavailable = this.#options.pool.unavailableTo(this.#request);
  }

  #giveUp(given: NotYet, nowMs: number): RpcError {
    this.#noteEnd(given.type);
    return givenUp(this.#call, {
      choice: this.#stuck?.choice ?? given,
      last: this.#stuck === undefined ? this.#last?.fault : this.#stuck.fault,
      isListed: this.#request.offering !== undefined,
      nowMs,
      options: this.#options,
    });
  }
}
