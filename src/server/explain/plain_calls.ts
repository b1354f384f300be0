/**
 * Calls that succeeded at their first attempt, in columns: most calls are such. As objects that live until the ring
 * comes round, they would cost the garbage collector more than the gateway spends on the rest of explaining calls.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import type { Account } from "../../accounts/account.ts";
import type { Modalities, TokenUsage } from "../../gemini/api/token_usage.ts";
import type { Unavailable } from "../../pool/unavailable.ts";
import type { ObservedRecord } from "../call/call_record.ts";
import { CallTrace, type ConversationSource, type TracedAttempt } from "./call_trace.ts";
import { conversationId, durationOf, firstByteOf, type RecentCall } from "./recent_call.ts";
import type { TextCopies } from "./text_copies.ts";

/** Calls of one block of numbers. */
const BLOCK = 500;

/** Numbers of a call; {@linkcode PlainCalls.put} has their order. */
const NUMBERS = 18;

/** The kinds of tokens with modalities. If all tokens of a kind are text, a bit tells it: that of its index. */
const KINDS = ["prompt", "cached", "tool", "candidates"] as const;
const TEXT = "TEXT";

/** In place of those bits: upstream reported no usage; there are other modalities, which are kept as they are. */
const NO_USAGE = -1;
const OTHER_MODALITIES = -2;

/** Plain calls by index. */
export class PlainCalls {
  readonly #blocks: Float64Array[] = [];
  // The two ids are each call's own. All else lives longer than the call.
  /** Undefined: no call has the index. */
  readonly #requestId: (string | undefined)[] = [];
  readonly #session: (string | undefined)[] = [];
  readonly #sessionFrom: (ConversationSource | undefined)[] = [];
  readonly #keyId: string[] = [];
  readonly #keyName: string[] = [];
  readonly #method: string[] = [];
  readonly #operation: string[] = [];
  readonly #model: string[] = [];
  readonly #account: string[] = [];
  readonly #accountId: string[] = [];
  readonly #by: TracedAttempt["by"][] = [];
  readonly #unavailable: (Unavailable | undefined)[] = [];
  readonly #disabled: (readonly Account[])[] = [];
  readonly #modalities: (Modalities | undefined)[] = [];

  /** How many there are. */
  get size(): number {
    return this.#requestId.reduce((count, id) => count + Number(id !== undefined), 0);
  }

  /**
   * Stores a call, if it is plain.
   *
   * @param index At most one more than the largest before.
   * @returns Whether it is.
   */
  put(index: number, record: ObservedRecord, copies: TextCopies): boolean {
    const { trace, usage } = record;
    const [attempt] = trace.attempts;
    // An array without gaps takes the least room.
    this.#requestId[index] = undefined;
    if (attempt === undefined || !isPlain(record, attempt)) return false;
    const numbers = this.#blocks[Math.floor(index / BLOCK)] ??= new Float64Array(BLOCK * NUMBERS);
    let at = (index % BLOCK) * NUMBERS;
    numbers[at++] = record.startedAtMs;
    numbers[at++] = durationOf(record);
    numbers[at++] = firstByteOf(record);
    numbers[at++] = record.status;
    numbers[at++] = record.bytesIn;
    numbers[at++] = record.bytesOut;
    numbers[at++] = trace.bodyMs;
    numbers[at++] = attempt.startMs;
    numbers[at++] = attempt.ms;
    numbers[at++] = attempt.code;
    numbers[at++] = attempt.requests;
    const modalities = usage === undefined ? NO_USAGE : modalityBits(usage);
    numbers[at++] = modalities;
    if (usage !== undefined) {
      numbers[at++] = usage.prompt;
      numbers[at++] = usage.cached;
      numbers[at++] = usage.tool;
      numbers[at++] = usage.candidates;
      numbers[at++] = usage.thoughts;
      numbers[at++] = usage.total;
    }
    this.#requestId[index] = record.requestId;
    this.#session[index] = trace.session && conversationId(trace.session);
    this.#sessionFrom[index] = trace.sessionFrom;
    this.#keyId[index] = record.keyId;
    this.#keyName[index] = record.keyName;
    this.#method[index] = record.method;
    this.#operation[index] = record.operation;
    this.#model[index] = copies.name(record.model);
    this.#account[index] = record.account;
    this.#accountId[index] = attempt.accountId;
    this.#by[index] = attempt.by;
    this.#unavailable[index] = attempt.unavailable;
    this.#disabled[index] = trace.disabled;
    this.#modalities[index] = modalities === OTHER_MODALITIES ? usage?.modalities : undefined;
    return true;
  }

  /**
   * Removes the call of an index, if there is one.
   *
   * @returns The accounts that were not available to it.
   */
  remove(index: number): Unavailable | undefined {
    if (this.#requestId[index] === undefined) return undefined;
    this.#requestId[index] = undefined;
    const unavailable = this.#unavailable[index];
    // It may be long, and the index's next call may not be a plain one.
    this.#unavailable[index] = undefined;
    return unavailable;
  }

  /** A call by its id. */
  find(requestId: string): RecentCall | undefined {
    return this.at(this.#requestId.indexOf(requestId));
  }

  /** The call of an index, if there is one. */
  at(index: number): RecentCall | undefined {
    const requestId = this.#requestId[index];
    if (requestId === undefined) return undefined;
    const at = (index % BLOCK) * NUMBERS;
    const numbers = this.#blocks[Math.floor(index / BLOCK)]?.subarray(at, at + NUMBERS);
    const unavailable = this.#unavailable[index];
    if (numbers === undefined || unavailable === undefined) return undefined;
    const [
      startedAtMs = 0,
      durationMs = 0,
      firstByteMs = 0,
      status = 0,
      bytesIn = 0,
      bytesOut = 0,
    ] = numbers;
    const [bodyMs = 0, startMs = 0, ms = 0, code = 0, requests = 0] = numbers.subarray(6);
    const account = this.#account[index] ?? "";
    const trace = new CallTrace();
    trace.isCalled = true;
    trace.bodyMs = bodyMs;
    trace.session = this.#session[index];
    trace.sessionFrom = this.#sessionFrom[index];
    trace.disabled = this.#disabled[index] ?? [];
    trace.attempts = [{
      by: this.#by[index] ?? "turn",
      left: undefined,
      avoided: undefined,
      unavailable,
      accountId: this.#accountId[index] ?? "",
      account,
      startMs,
      ms,
      code,
      status: "",
      why: "",
      delayMs: undefined,
      requests,
    }];
    return {
      requestId,
      startedAtMs,
      durationMs,
      firstByteMs,
      keyId: this.#keyId[index] ?? "",
      keyName: this.#keyName[index] ?? "",
      method: this.#method[index] ?? "",
      operation: this.#operation[index] ?? "",
      request: "",
      model: this.#model[index] ?? "",
      account,
      rotations: 0,
      status,
      failure: "",
      bytesIn,
      bytesOut,
      usage: usageOf(numbers.subarray(11), this.#modalities[index]),
      trace,
    };
  }
}

/** Whether the columns hold all that is to be remembered of a call. */
function isPlain(
  { failure, request, failedTries, account, trace }: ObservedRecord,
  attempt: TracedAttempt,
): boolean {
  return failure === "" && request === "" && failedTries.length === 0 &&
    account === attempt.account &&
    trace.isCalled && trace.limit === "" && !trace.isClientGone && trace.owner === undefined &&
    trace.gaveUp === undefined && trace.unavailable === undefined && trace.waits.length === 0 &&
    trace.attempts.length === 1 && attempt.left === undefined && attempt.avoided === undefined &&
    attempt.status === "" && attempt.why === "" && attempt.delayMs === undefined;
}

function modalityBits(usage: TokenUsage): number {
  const { modalities } = usage;
  if (modalities === undefined) return 0;
  let bits = 0;
  let bit = 1;
  for (const kind of KINDS) {
    const counts = modalities[kind];
    if (counts !== undefined) {
      if (counts[TEXT] !== usage[kind]) return OTHER_MODALITIES;
      for (const modality in counts) if (modality !== TEXT) return OTHER_MODALITIES;
      bits |= bit;
    }
    bit <<= 1;
  }
  return bits;
}

function usageOf(numbers: Float64Array, others: Modalities | undefined): TokenUsage | undefined {
  const [
    bits = NO_USAGE,
    prompt = 0,
    cached = 0,
    tool = 0,
    candidates = 0,
    thoughts = 0,
    total = 0,
  ] = numbers;
  if (bits === NO_USAGE) return undefined;
  const usage = { prompt, cached, tool, candidates, thoughts, total };
  if (bits === 0) return usage;
  if (bits === OTHER_MODALITIES) return { ...usage, ...defined({ modalities: others }) };
  const kinds = KINDS.filter((_, nth) => (bits & (1 << nth)) !== 0);
  return {
    ...usage,
    modalities: Object.fromEntries(kinds.map((kind) => [kind, { [TEXT]: usage[kind] }])),
  };
}
