/**
 * The last calls, in memory, so that each can be explained afterwards. No bodies are kept.
 *
 * @module
 */
import { shortCopy } from "../../base/short_copy.ts";
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { Unavailable } from "../../pool/unavailable.ts";
import { rotationsOf } from "../../usage/rotations.ts";
import type { CallObserver } from "../call/call_observer.ts";
import type { ObservedRecord } from "../call/call_record.ts";
import type { CallTrace } from "./call_trace.ts";

/** How many calls are remembered. */
export const MOST_CALLS = 10_000;

/** Most characters of all their messages; beyond that, fewer calls are remembered. */
export const MOST_CHARACTERS = 6 * 1024 * 1024;

/** Longest text that is kept of a message or a name, in UTF-16 units. */
const LONGEST_TEXT = 500;

/** Characters that tell one conversation from another. */
const CONVERSATION_CHARACTERS = 12;

/** Most different names of models that are shared by the calls. */
const MOST_MODELS = 512;

/** What is remembered of a call. Times are as in {@linkcode ObservedRecord}. */
export class RecentCall {
  readonly requestId: string;
  readonly startedAtMs: number;
  /** From the arrival to the last byte, in ms; -1 while the call lasts. */
  readonly durationMs: number;
  /** From the arrival to the first byte of a successful response, in ms; -1 if there was none. */
  readonly firstByteMs: number;
  readonly keyId: string;
  readonly keyName: string;
  readonly method: string;
  readonly request: string;
  readonly model: string;
  readonly account: string;
  readonly rotations: number;
  readonly status: number;
  readonly failure: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly usage: TokenUsage | undefined;
  readonly trace: CallTrace;

  /** @param copy Returns a text of bounded length that keeps no other text in memory. */
  constructor(record: ObservedRecord, copy: Copy) {
    const { startedAtMs, finishedAtMs, firstByteAtMs } = record;
    this.requestId = record.requestId;
    this.startedAtMs = startedAtMs;
    this.durationMs = finishedAtMs === 0 ? -1 : finishedAtMs - startedAtMs;
    this.firstByteMs = firstByteAtMs === 0 ? -1 : firstByteAtMs - startedAtMs;
    this.keyId = record.keyId;
    this.keyName = record.keyName;
    this.method = record.method;
    this.request = copy.text(record.request);
    this.model = copy.name(record.model);
    this.account = record.account;
    this.rotations = rotationsOf(record);
    this.status = record.status;
    this.failure = copy.text(record.failure);
    this.bytesIn = record.bytesIn;
    this.bytesOut = record.bytesOut;
    this.usage = record.usage;
    this.trace = record.trace;
    for (const attempt of this.trace.attempts) attempt.why = copy.text(attempt.why);
    const { owner, session } = this.trace;
    // A slice so short is a text of its own.
    if (session !== undefined) this.trace.session = session.slice(0, CONVERSATION_CHARACTERS);
    if (owner !== undefined) this.trace.owner = { ...owner, name: copy.text(owner.name) };
  }

  /** How many characters its messages have. */
  get characters(): number {
    let sum = this.request.length + this.failure.length + (this.trace.owner?.name.length ?? 0);
    for (const { why } of this.trace.attempts) sum += why.length;
    return sum;
  }
}

/** What an account that was not available takes besides the reason, in characters. */
const ACCOUNT_CHARACTERS = 32;

/** The last calls. */
export class RecentCalls implements CallObserver {
  /** A ring: grows to {@linkcode MOST_CALLS}. */
  readonly #calls: (RecentCall | undefined)[] = [];
  readonly #copy = new Copy();
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
    return this.#calls.reduce((count, call) => count + Number(call !== undefined), 0);
  }

  end(record: ObservedRecord): void {
    if (record.failure === "" && !isCall(record.method)) return;
    const call = new RecentCall(record, this.#copy);
    this.#drop(this.#next);
    this.#calls[this.#next] = call;
    this.#next = (this.#next + 1) % MOST_CALLS;
    this.#characters += call.characters;
    this.#hold(call.trace, 1);
    while (this.#characters > MOST_CHARACTERS) this.#drop(this.#oldest);
  }

  /** A call by its id; undefined if it is not, or no longer, remembered. */
  find(requestId: string): RecentCall | undefined {
    return this.#calls.find((call) => call?.requestId === requestId);
  }

  /** A call that is in flight. */
  describe(record: ObservedRecord): RecentCall {
    return new RecentCall(record, this.#copy);
  }

  #drop(index: number): void {
    const call = this.#calls[index];
    if (call === undefined) return;
    this.#calls[index] = undefined;
    this.#characters -= call.characters;
    this.#hold(call.trace, -1);
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
    const before = this.#lists.get(list) ?? 0;
    const after = Math.max(0, before + change);
    if (after > 0) this.#lists.set(list, after);
    else this.#lists.delete(list);
    if ((before === 0) !== (after === 0)) this.#characters += change * charactersOf(list);
  }
}

/** The accounts of a list, and one reason: a new list has a new reason for one of them, and shares the others. */
function charactersOf({ accounts }: Unavailable): number {
  let longest = 0;
  for (const { reason } of accounts) longest = Math.max(longest, reason.length);
  return accounts.length * ACCOUNT_CHARACTERS + longest;
}

/** Copies texts. A part of a text, such as a name in an address, would otherwise keep all of it in memory. */
class Copy {
  readonly #models = new Map<string, string>();

  /** A text, cut. */
  text(text: string): string {
    return text === "" ? text : copyOf(text);
  }

  /** A name that many calls have: these share one copy. */
  name(text: string): string {
    if (text === "") return text;
    const known = this.#models.get(text);
    if (known !== undefined) return known;
    const copy = copyOf(text);
    if (text.length > LONGEST_TEXT) return copy;
    if (this.#models.size >= MOST_MODELS) this.#models.clear();
    this.#models.set(copy, copy);
    return copy;
  }
}

/** Whether a method is none of those that are remembered only if they fail. */
function isCall(method: string): boolean {
  return method !== "healthz" && method !== "preflight" && !method.startsWith("admin.");
}

function copyOf(text: string): string {
  return shortCopy(text, LONGEST_TEXT);
}
