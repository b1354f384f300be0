/**
 * The last calls, in memory, so that each can be explained afterwards. No bodies are kept.
 *
 * @module
 */
import type { Unavailable } from "../../pool/unavailable.ts";
import type { CallObserver } from "../call/call_observer.ts";
import type { ObservedRecord } from "../call/call_record.ts";
import { isCall } from "../call/is_call.ts";
import type { CallTrace } from "./call_trace.ts";
import { PlainCalls } from "./plain_calls.ts";
import { charactersOf, type RecentCall, recentCall } from "./recent_call.ts";
import { TextCopies } from "./text_copies.ts";

/** How many calls are remembered. */
export const MOST_CALLS = 10_000;

/** Most characters of all their messages; beyond that, fewer calls are remembered. */
export const MOST_CHARACTERS = 6 * 1024 * 1024;

/** What an account that was not available takes besides the reason, in characters. */
const ACCOUNT_CHARACTERS = 32;

/** The last calls. */
export class RecentCalls implements CallObserver {
  /** A ring: grows to {@linkcode MOST_CALLS}. Undefined: a plain call, or one that was dropped. */
  readonly #calls: (RecentCall | undefined)[] = [];
  readonly #plain = new PlainCalls();
  readonly #copies = new TextCopies();
  /** The index of the oldest call once the ring is full. */
  #next = 0;
  /** The index of the oldest call whose messages were not dropped for want of room. */
  #oldest = 0;
  #characters = 0;
  /** How often the calls refer to each list of accounts that were not available: many calls share one. */
  readonly #lists = new Map<Unavailable, number>();

  /** How many characters the messages have that are kept. */
  get characters(): number {
    return this.#characters;
  }

  /** How many calls are remembered. */
  get size(): number {
    return this.#calls.reduce(
      (count, call) => count + Number(call !== undefined),
      this.#plain.size,
    );
  }

  end(record: ObservedRecord): void {
    if (record.failure === "" && !isCall(record.method)) return;
    const index = this.#next;
    this.#drop(index);
    this.#next = (index + 1) % MOST_CALLS;
    if (this.#plain.put(index, record, this.#copies)) {
      // The array stays one without gaps.
      this.#calls[index] = undefined;
    } else {
      const call = recentCall(record, this.#copies);
      this.#calls[index] = call;
      this.#characters += charactersOf(call);
    }
    this.#hold(record.trace, 1);
    while (this.#characters > MOST_CHARACTERS) this.#drop(this.#oldest);
  }

  /** A call by its id; undefined if it is not, or no longer, remembered. */
  find(requestId: string): RecentCall | undefined {
    return this.#plain.find(requestId) ??
      this.#calls.find((call) => call?.requestId === requestId);
  }

  /** The remembered calls, the last one to end first. */
  *newest(): Generator<RecentCall> {
    const { length } = this.#calls;
    for (let nth = 1; nth <= length; nth++) {
      const index = (this.#next - nth + MOST_CALLS) % MOST_CALLS;
      const call = this.#plain.at(index) ?? this.#calls[index];
      if (call !== undefined) yield call;
    }
  }

  /** A call that is in flight. */
  describe(record: ObservedRecord): RecentCall {
    return recentCall(record, this.#copies);
  }

  #drop(index: number): void {
    const list = this.#plain.remove(index);
    if (list !== undefined) this.#holdList(list, -1);
    const call = this.#calls[index];
    if (call !== undefined) {
      this.#calls[index] = undefined;
      this.#characters -= charactersOf(call);
      this.#hold(call.trace, -1);
    }
    this.#oldest = (index + 1) % MOST_CALLS;
  }

  /** Counts the lists that a call refers to, each as long as there is such a call. */
  #hold({ attempts, unavailable }: CallTrace, change: 1 | -1): void {
    if (unavailable !== undefined) this.#holdList(unavailable, change);
    for (const { unavailable } of attempts) {
      if (unavailable !== undefined) this.#holdList(unavailable, change);
    }
  }

  #holdList(list: Unavailable, change: 1 | -1): void {
    if (list.accounts.length === 0) return;
    const before = this.#lists.get(list) ?? 0;
    const after = Math.max(0, before + change);
    if (after > 0) this.#lists.set(list, after);
    else this.#lists.delete(list);
    if ((before === 0) !== (after === 0)) this.#characters += change * charactersIn(list);
  }
}

/** The accounts of a list, and one reason: a new list has a new reason for one of them, and shares the others. */
function charactersIn({ accounts }: Unavailable): number {
  let longest = 0;
  for (const { reason } of accounts) longest = Math.max(longest, reason.length);
  return accounts.length * ACCOUNT_CHARACTERS + longest;
}
