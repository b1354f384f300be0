/**
 * Refreshes the accounts' lists of models in the background.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { type Clock, elapsedMs } from "../../base/clock.ts";
import { Heap, type HeapItem } from "../../pool/queues/heap.ts";
import type { Model } from "../../gemini/api/model.ts";
import { timeLimit } from "../../upstream/time_limit.ts";
import type { Timer } from "../call/pause.ts";
import type { Member } from "../dispatch/roster.ts";
import { representatives } from "./representatives.ts";
import type { ModelLists } from "./model_lists.ts";

/**
 * Age at which a list is refreshed, in ms. Google's lists change a few times a week, and calls do not depend
 * on them. With an hour, an idle account makes 24 requests a day.
 */
const INTERVAL_MS = 3_600_000;

/** Random part of each delay, so that requests for the accounts do not coincide. */
const JITTER = 0.1;

/** Longest delay before the first request for an unknown list, in ms: client calls at the start come first. */
const FIRST_DELAY_MS = 1000;

/** Back-off after the first failure, in ms; doubles with each failure, up to {@linkcode INTERVAL_MS}. */
const FIRST_BACKOFF_MS = 60_000;

/** Most requests for lists at the same time. */
const MOST_ASKED = 8;

/** Time-out of the request for one account's list, in ms. */
const LIST_LIMIT_MS = 30_000;

/** Longest wait of a client's request while no account has a list, in ms. */
const CLIENT_LIMIT_MS = 10_000;

/** The options of a {@linkcode ListRefresher}. */
export interface ListRefresherOptions {
  /** Stores the lists. */
  readonly lists: ModelLists;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Returns a number from 0 up to 1. */
  readonly random: () => number;
  /** Called when the list of an account has changed. */
  readonly onListed: (accountId: string) => void;
  /** Called after each request, with its error if it failed. */
  readonly onAsked: (accountId: string, error?: unknown) => void;
}

/** The state of an account's list. */
export interface ListState {
  /** When the list was received, in ms since the epoch; undefined for none, and for one that was stored. */
  readonly listedMs: number | undefined;
  /** The error of the last request for it; undefined if it succeeded. */
  readonly error: unknown;
}

/** An account and the schedule of its list. */
class Entry implements HeapItem {
  heapIndex = -1;
  member: Member;
  /** When its list is requested next, in ms of the monotonic clock. */
  dueMs: number;
  /** How many requests for its list failed in a row. */
  failures = 0;
  /** The error of the last request; undefined if it succeeded. */
  error: unknown;
  /** When its current list was received, in ms since the epoch; undefined for a stored one. */
  listedMs: number | undefined;
  /** Resolves at the end of the current or the next request. */
  settled = Promise.withResolvers<void>();
  /** Aborts the current request. */
  readonly abort = new AbortController();

  constructor(member: Member, dueMs: number) {
    this.member = member;
    this.dueMs = dueMs;
  }
}

/** Requests the accounts' lists: soon for new and changed accounts, at intervals for the others. */
export class ListRefresher {
  readonly #options: ListRefresherOptions;
  readonly #entries = new Map<string, Entry>();
  /** Accounts without a current request. */
  readonly #waiting = new Heap<Entry>((a, b) => a.dueMs < b.dueMs);
  readonly #flights = new Set<Promise<void>>();
  #stopTimer: (() => void) | undefined;
  #first: Promise<void> | undefined;

  constructor(options: ListRefresherOptions) {
    this.#options = options;
  }

  /**
   * Replaces the accounts. Deletes the lists of removed accounts, and requests the lists of new ones and of
   * those in `changed` soon. Until the response, an account's previous list stays in use.
   *
   * @param members All enabled accounts.
   * @param changed The ids of those with a new upstream.
   */
  setMembers(members: readonly Member[], changed: ReadonlySet<string>): void {
    const { lists, random } = this.#options;
    const gone = new Set([...this.#entries.keys(), ...lists.accountIds()]);
    for (const member of members) {
      const { id } = member.account;
      gone.delete(id);
      const known = this.#entries.get(id);
      if (known !== undefined && !changed.has(id)) {
        known.member = member;
        continue;
      }
      if (known !== undefined) this.#leave(known);
      const entry = new Entry(member, this.#nowMs() + FIRST_DELAY_MS * random());
      entry.listedMs = known?.listedMs;
      this.#entries.set(id, entry);
      this.#waiting.add(entry);
    }
    for (const id of gone) {
      const entry = this.#entries.get(id);
      if (entry !== undefined) this.#leave(entry);
      this.#entries.delete(id);
      lists.delete(id);
    }
    lists.accountCount = members.length;
    this.#wake();
  }

  /**
   * If no list is known yet, waits a limited time for the lists of a few accounts, chosen so that no model is
   * missed. All waiting requests share the same requests to upstream.
   *
   * @throws An account's error, if none of them listed its models.
   */
  async ready(): Promise<void> {
    if (this.#options.lists.size > 0) return;
    this.#first ??= this.#askFirst().finally(() => this.#first = undefined);
    await this.#first;
  }

  /** The state of an account's list. */
  stateOf(accountId: string): ListState {
    const { listedMs, error } = this.#entries.get(accountId) ?? {};
    return { listedMs, error };
  }

  /** Stops refreshing. Resolves when no request is in flight. */
  async close(): Promise<void> {
    for (const entry of this.#entries.values()) this.#leave(entry);
    this.#entries.clear();
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    await Promise.all(this.#flights);
  }

  async #askFirst(): Promise<void> {
    const { lists, timer } = this.#options;
    const entries = [...this.#entries.values()];
    const chosen = representatives(entries, ({ member }) => member.account);
    for (const entry of chosen) {
      if (!this.#waiting.has(entry)) continue;
      entry.dueMs = -Infinity;
      this.#waiting.update(entry);
    }
    const ended = Promise.withResolvers<void>();
    const stop = timer.start(CLIENT_LIMIT_MS, ended.resolve);
    const settled = Promise.all(chosen.map((entry) => entry.settled.promise));
    this.#wake();
    await Promise.race([settled, ended.promise]);
    stop();
    if (lists.size > 0) return;
    throw chosen.find(({ error }) => error !== undefined)?.error ??
      new RpcError(
        "DEADLINE_EXCEEDED",
        "No account listed its models in time. Try again in a moment",
      );
  }

  /**
   * Starts the requests that were due at a time, and sets the timer for the next one. Only the timer starts
   * those of the background, however late it is on a busy machine; by default, only those that clients wait for.
   */
  #wake(nowMs = -Infinity): void {
    const { timer } = this.#options;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    while (this.#flights.size < MOST_ASKED) {
      const next = this.#waiting.first;
      if (next === undefined) return;
      if (next.dueMs > nowMs) {
        const leftMs = Math.max(0, next.dueMs - this.#nowMs());
        this.#stopTimer = timer.start(leftMs, () => this.#wake(this.#nowMs()));
        return;
      }
      this.#waiting.remove(next);
      const flight = this.#ask(next).finally(() => {
        this.#flights.delete(flight);
        this.#wake();
      });
      this.#flights.add(flight);
    }
  }

  async #ask(entry: Entry): Promise<void> {
    const { lists, onListed, onAsked } = this.#options;
    const { id } = entry.member.account;
    try {
      const models = await listOf(entry);
      entry.failures = 0;
      entry.error = undefined;
      entry.listedMs = this.#options.clock.now();
      if (!entry.abort.signal.aborted) {
        if (lists.set(id, models)) onListed(id);
        onAsked(id);
      }
    } catch (error) {
      entry.failures++;
      if (!entry.abort.signal.aborted) {
        entry.error = error;
        onAsked(id, error);
      }
    }
    entry.settled.resolve();
    entry.settled = Promise.withResolvers();
    if (!entry.abort.signal.aborted) {
      entry.dueMs = this.#nowMs() + this.#waitMs(entry.failures);
      this.#waiting.add(entry);
    }
  }

  #waitMs(failures: number): number {
    const ms = failures === 0
      ? INTERVAL_MS
      : Math.min(INTERVAL_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
    return ms * (1 - JITTER * this.#options.random());
  }

  #leave(entry: Entry): void {
    if (this.#waiting.has(entry)) this.#waiting.remove(entry);
    entry.abort.abort();
    entry.settled.resolve();
  }

  #nowMs(): number {
    return elapsedMs(this.#options.clock);
  }
}

/** Requests an account's list of models. */
async function listOf({ member, abort }: Entry): Promise<readonly Model[]> {
  const { signal, dispose } = timeLimit(
    LIST_LIMIT_MS,
    "The account did not list its models in time",
  );
  try {
    return await member.upstream.list("models", AbortSignal.any([signal, abort.signal]));
  } finally {
    dispose();
  }
}
