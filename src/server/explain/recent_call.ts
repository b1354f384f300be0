/**
 * What is remembered of a call.
 *
 * @module
 */
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import { rotationsOf } from "../../usage/rotations.ts";
import type { ObservedRecord } from "../call/call_record.ts";
import type { CallTrace } from "./call_trace.ts";
import type { TextCopies } from "./text_copies.ts";

/** Characters that tell one conversation from another. */
const CONVERSATION_CHARACTERS = 12;

/** What is remembered of a call. Times are as in {@linkcode ObservedRecord}. */
export interface RecentCall {
  readonly requestId: string;
  readonly startedAtMs: number;
  /** From the arrival to the last byte, in ms; -1 while the call lasts. */
  readonly durationMs: number;
  /** From the arrival to the first byte of a successful response, in ms; -1 if there was none. */
  readonly firstByteMs: number;
  readonly keyId: string;
  readonly keyName: string;
  readonly method: string;
  readonly operation: string;
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
}

/** From the arrival of a call to the last byte of its response, in ms; -1 while it lasts. */
export function durationOf({ startedAtMs, finishedAtMs }: ObservedRecord): number {
  return finishedAtMs === 0 ? -1 : finishedAtMs - startedAtMs;
}

/** From the arrival of a call to the first byte of its successful response, in ms; -1 if there was none. */
export function firstByteOf({ startedAtMs, firstByteAtMs }: ObservedRecord): number {
  return firstByteAtMs === 0 ? -1 : firstByteAtMs - startedAtMs;
}

/** As much of a conversation's fingerprint as tells it from others. A slice so short is a text of its own. */
export function conversationId(session: string): string {
  return session.slice(0, CONVERSATION_CHARACTERS);
}

/** What is remembered of a record. Its trace is remembered, too, and cut. */
export function recentCall(record: ObservedRecord, copies: TextCopies): RecentCall {
  const { trace } = record;
  for (const attempt of trace.attempts) attempt.why = copies.text(attempt.why);
  const { owner, session } = trace;
  if (session !== undefined) trace.session = conversationId(session);
  if (owner !== undefined) trace.owner = { ...owner, name: copies.text(owner.name) };
  return {
    requestId: record.requestId,
    startedAtMs: record.startedAtMs,
    durationMs: durationOf(record),
    firstByteMs: firstByteOf(record),
    keyId: record.keyId,
    keyName: record.keyName,
    method: record.method,
    operation: record.operation,
    request: copies.text(record.request),
    model: copies.name(record.model),
    account: record.account,
    rotations: rotationsOf(record),
    status: record.status,
    failure: copies.text(record.failure),
    bytesIn: record.bytesIn,
    bytesOut: record.bytesOut,
    usage: record.usage,
    trace,
  };
}

/** How many characters a call's messages have. */
export function charactersOf({ request, failure, trace }: RecentCall): number {
  let sum = request.length + failure.length + (trace.owner?.name.length ?? 0);
  for (const { why } of trace.attempts) sum += why.length;
  return sum;
}
