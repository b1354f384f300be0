/**
 * What becomes known of a call as it goes its way: the response's headers and the log's line tell it.
 *
 * @module
 */
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import { Redaction } from "../../gemini/redaction/redaction.ts";
import type { FaultOwner } from "../../upstream/faults/upstream_fault.ts";

/** For records of calls that meet no secret. */
const NOTHING_KNOWN = new Redaction();

/** An account that was asked in vain. */
export interface FailedTry {
  /** The account's name. */
  readonly account: string;
  /** What has to be mended. */
  readonly owner: FaultOwner;
  /** Upstream's words. */
  readonly why: string;
  /** How long upstream itself says to wait, in ms, if it does. */
  readonly delayMs: number | undefined;
  /** Upstream requests that the try took: several where one address or token gave way to the next. */
  readonly requests: number;
}

/** One call. Filled in on the way. */
export interface CallRecord {
  readonly requestId: string;
  /** What all that is said of the call passes. */
  readonly redaction: Redaction;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** The model's method, or the route's name. */
  method: string;
  /** After aliasing; empty for routes that name no model. */
  model: string;
  /** The account's name; empty while no account was chosen. */
  account: string;
  /** Upstream requests made. */
  attempts: number;
  /** Those accounts that failed, in order. */
  readonly failedTries: FailedTry[];
  /** HTTP status that the client got. */
  status: number;
  /** When the response's first byte was ready, in ms since the epoch. */
  firstByteAtMs: number;
  /** When the last byte had gone, in ms since the epoch. */
  finishedAtMs: number;
  usage: TokenUsage | undefined;
  /** What went wrong, in one line; empty where nothing did. */
  failure: string;
}

/** A record, for those who only read it. */
export type ObservedRecord =
  & Readonly<Omit<CallRecord, "failedTries">>
  & { readonly failedTries: readonly FailedTry[] };

/** A record for a request that has just come. */
export function newCallRecord(
  startedAtMs: number,
  redaction: Redaction = NOTHING_KNOWN,
): CallRecord {
  return {
    requestId: crypto.randomUUID(),
    redaction,
    startedAtMs,
    method: "",
    model: "",
    account: "",
    attempts: 0,
    failedTries: [],
    status: 0,
    firstByteAtMs: 0,
    finishedAtMs: 0,
    usage: undefined,
    failure: "",
  };
}

/**
 * Adds the headers that tell the client what became of its call.
 *
 * @param headers What the response has besides; is added to.
 */
export function recordHeaders(
  record: CallRecord,
  headers: Record<string, string> = {},
): Record<string, string> {
  headers["x-request-id"] = record.requestId;
  const { redaction } = record;
  if (record.account !== "") headers["x-pollux-account"] = redaction.text(record.account);
  if (record.model !== "") {
    headers["x-pollux-model"] = headerSafe(redaction.text(record.model));
    headers["x-pollux-attempts"] = String(record.attempts);
  }
  return headers;
}

/** A client may name a model in characters that a header can't hold. */
function headerSafe(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
