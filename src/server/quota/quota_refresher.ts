/**
 * Asks upstream what is left of the quotas of the accounts in use, in the background.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { isMethodName } from "../../gemini/api/methods.ts";
import type { Quotas } from "../../pool/quota/quotas.ts";
import { timeLimit } from "../../upstream/time_limit.ts";
import type { CallObserver } from "../call/call_observer.ts";
import type { ObservedRecord } from "../call/call_record.ts";
import type { Timer } from "../call/pause.ts";
import type { Member } from "../dispatch/roster.ts";
import { subjectOf } from "../dispatch/subject_of.ts";

/** Least time between two requests for an account, in ms. */
const INTERVAL_MS = 600_000;

/** Longest delay after an account's first call, in ms. */
const FIRST_DELAY_MS = 30_000;

/** Random part of each delay, so that requests for the accounts do not coincide. */
const JITTER = 0.2;

/** Longest back-off after failures, in ms; it doubles with each of them. */
const LONGEST_BACKOFF_MS = 4 * 3_600_000;

/** Most requests at the same time; others are postponed. */
const MOST_ASKED = 8;

/** Time-out of a request, in ms. */
const LIMIT_MS = 30_000;

/** The options of a {@linkcode QuotaRefresher}. */
export interface QuotaRefresherOptions {
  readonly quotas: Quotas;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Returns a number from 0 up to 1. */
  readonly random: () => number;
}

/** An account whose calls are counted. */
interface Entry {
  readonly member: Member;
  /** The earliest time of the next request, in ms since the epoch; undefined before the first. */
  notBeforeMs: number | undefined;
  failures: number;
  /** Cancels the timer of the next request; undefined if there is no timer. */
  stop: (() => void) | undefined;
  isAsked: boolean;
  readonly abort: AbortController;
}

/**
 * Counts calls by account, and asks upstream for the quotas of accounts that have a call for it. Each request
 * follows a call: an account that is not in use is not asked.
 */
export class QuotaRefresher implements CallObserver {
  readonly #options: QuotaRefresherOptions;
  /** By the account's name, as calls are recorded. */
  #entries = new Map<string, Entry>();
  readonly #flights = new Set<Promise<void>>();

  constructor(options: QuotaRefresherOptions) {
    this.#options = options;
  }

  /**
   * Replaces the accounts. The quotas of removed accounts, and of those with a new credential, are forgotten.
   *
   * @param members All enabled accounts.
   * @param changed The ids of those with a new upstream.
   */
  setMembers(members: readonly Member[], changed: ReadonlySet<string>): void {
    const byId = new Map([...this.#entries.values()].map((one) => [one.member.account.id, one]));
    this.#entries = new Map();
    for (const member of members) {
      const { id, name } = member.account;
      const known = byId.get(id);
      const isKept = known !== undefined && !changed.has(id);
      if (isKept) byId.delete(id);
      this.#entries.set(name, isKept ? known : newEntry(member));
    }
    for (const [id, gone] of byId) {
      leave(gone);
      this.#options.quotas.forget(id);
    }
  }

  /** Counts a successful call, and has its account asked for its quotas. */
  end({ account, model, method, status, usage }: ObservedRecord): void {
    const entry = this.#entries.get(account);
    if (entry === undefined) return;
    if (entry.stop === undefined && entry.member.upstream.quotas !== undefined) this.#plan(entry);
    if (status !== 200 || model === "" || method === "countTokens" || !isMethodName(method)) return;
    this.#options.quotas.count(entry.member.account.id, {
      model: subjectOf({ model, method }),
      tokens: usage?.prompt ?? 0,
    });
  }

  /** Stops. Resolves when no request is in flight. */
  async close(): Promise<void> {
    for (const entry of this.#entries.values()) leave(entry);
    this.#entries.clear();
    await Promise.all(this.#flights);
  }

  #plan(entry: Entry): void {
    if (entry.isAsked || entry.abort.signal.aborted) return;
    const { clock, timer, random } = this.#options;
    const nowMs = clock.now();
    // A wall clock that was set back must not stop the requests.
    const leftMs = Math.min((entry.notBeforeMs ?? nowMs) - nowMs, LONGEST_BACKOFF_MS);
    const delayMs = Math.max(0, leftMs) + FIRST_DELAY_MS * random();
    entry.stop = timer.start(delayMs, () => {
      entry.stop = undefined;
      if (this.#flights.size >= MOST_ASKED) return this.#plan(entry);
      const flight = this.#ask(entry).finally(() => this.#flights.delete(flight));
      this.#flights.add(flight);
    });
  }

  async #ask(entry: Entry): Promise<void> {
    const { quotas, clock, random } = this.#options;
    const { account, upstream } = entry.member;
    const { signal, dispose } = timeLimit(LIMIT_MS, "The account did not state its quotas in time");
    entry.isAsked = true;
    try {
      const both = AbortSignal.any([signal, entry.abort.signal]);
      const statements = await upstream.quotas?.(both) ?? [];
      entry.failures = 0;
      if (!entry.abort.signal.aborted) quotas.state(account.id, statements);
    } catch {
      // The forecast is advice: an account that does not state its quotas is used as before.
      entry.failures++;
    } finally {
      dispose();
      entry.isAsked = false;
      const waitMs = Math.min(INTERVAL_MS * 2 ** entry.failures, LONGEST_BACKOFF_MS);
      entry.notBeforeMs = clock.now() + waitMs * (1 - JITTER * random());
    }
  }
}

function newEntry(member: Member): Entry {
  return {
    member,
    notBeforeMs: undefined,
    failures: 0,
    stop: undefined,
    isAsked: false,
    abort: new AbortController(),
  };
}

function leave(entry: Entry): void {
  entry.stop?.();
  entry.stop = undefined;
  entry.abort.abort();
}
