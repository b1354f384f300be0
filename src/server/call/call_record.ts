/**
 * The record of a call, which is filled in during the call. The response's headers and the log line are
 * created from it.
 *
 * @module
 */
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { LimitedCall } from "../../keys/limits/limited_call.ts";
import { Redaction } from "../../gemini/redaction/redaction.ts";
import { CallTrace } from "../explain/call_trace.ts";
import type { FaultOwner } from "../../upstream/faults/upstream_fault.ts";

/** For records of calls without secrets. */
const NOTHING_KNOWN = new Redaction();

/** A failed attempt with one account. */
export interface FailedTry {
  /** The account's name. */
  readonly account: string;
  /** What has to be fixed. */
  readonly owner: FaultOwner;
  /** Upstream's error message. */
  readonly why: string;
  /** The retry delay that upstream states, in ms, if any. */
  readonly delayMs: number | undefined;
  /** How long the account took to respond, in ms. */
  readonly ms: number;
  /** Upstream requests of the attempt: several if another base URL or a new token was tried. */
  readonly requests: number;
}

/** The record of one call. */
export interface CallRecord {
  readonly requestId: string;
  /** Redacts all text about the call. */
  readonly redaction: Redaction;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** `open` without a key, `default` with the gateway's own, otherwise the client key's id. */
  keyId: string;
  /** The client key's name; that of its kind for others. */
  keyName: string;
  /** Bytes of the request's body as the client sent it. */
  bytesIn: number;
  /** Bytes of the response's body as it was sent to the client. */
  bytesOut: number;
  /** The model's method, or the route's name. */
  method: string;
  /** The operation of another API that was translated to the method, as `openai.chat`; empty for others. */
  operation: string;
  /** Verb and path of a request that was refused before its method was known; empty for others. */
  request: string;
  /** After aliasing; empty for routes that name no model. */
  model: string;
  /** The account's name; empty while no account was chosen. */
  account: string;
  /** Upstream requests made. */
  attempts: number;
  /** The failed attempts, in order. */
  readonly failedTries: FailedTry[];
  /** What explains the call afterwards. */
  readonly trace: CallTrace;
  /** HTTP status that the client got. */
  status: number;
  /** When the response's first byte was ready: the arrival, and the time since by the monotonic clock, in ms. */
  firstByteAtMs: number;
  /** When the last byte was sent, likewise. */
  finishedAtMs: number;
  /** How long the first byte took, or the whole call if there is no response: ms since the arrival, with fractions. */
  readyMs: number;
  /** How long the accounts took to respond in all attempts, in ms with fractions. */
  upstreamMs: number;
  usage: TokenUsage | undefined;
  /** The call as the limits of its client key count it; undefined without a client key. */
  limited: LimitedCall | undefined;
  /** The error in one line; empty if there was none. */
  failure: string;
}

/** A read-only record. */
export type ObservedRecord =
  & Readonly<Omit<CallRecord, "failedTries">>
  & { readonly failedTries: readonly FailedTry[] };

/** Creates a record for a request that has just arrived. */
export function newCallRecord(
  startedAtMs: number,
  redaction: Redaction = NOTHING_KNOWN,
): CallRecord {
  return {
    requestId: crypto.randomUUID(),
    redaction,
    startedAtMs,
    keyId: "open",
    keyName: "open",
    bytesIn: 0,
    bytesOut: 0,
    method: "",
    operation: "",
    request: "",
    model: "",
    account: "",
    attempts: 0,
    failedTries: [],
    trace: new CallTrace(),
    status: 0,
    firstByteAtMs: 0,
    finishedAtMs: 0,
    readyMs: 0,
    upstreamMs: 0,
    usage: undefined,
    limited: undefined,
    failure: "",
  };
}

/**
 * Adds the headers that tell the client how its call was handled.
 *
 * @param headers The other headers of the response; is modified.
 */
export function recordHeaders(
  record: CallRecord,
  headers: Record<string, string> = {},
): Record<string, string> {
  headers["x-request-id"] = record.requestId;
  record.limited?.addHeaders(headers);
  const { redaction } = record;
  if (record.account !== "") headers["x-pollux-account"] = redaction.text(record.account);
  if (record.model !== "") {
    headers["x-pollux-model"] = headerSafe(redaction.text(record.model));
  }
  if (record.model !== "" || record.attempts > 0) {
    headers["x-pollux-attempts"] = String(record.attempts);
  }
  return headers;
}

/** Encodes a model name that contains characters that are not allowed in a header. */
function headerSafe(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
