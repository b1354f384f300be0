/**
 * Finds the retry delay in upstream's errors.
 *
 * @module
 */
import { parseDuration } from "./duration.ts";
import { isJsonObject } from "../../base/json.ts";
import type { RpcError } from "./rpc_error.ts";
import { withoutTrailing } from "../../base/text/without_trailing.ts";

/** The context of an error besides its body. */
export interface ErrorContext {
  /** The time now, in ms since 1970, for delays that are given as a point in time. */
  readonly nowMs: number;
  /** Upstream's raw `Retry-After` header. */
  readonly retryAfterHeader?: string | undefined;
}

/**
 * Longest delay accepted from upstream, in ms: 31 days. Google's longest quotas last a week; longer delays are
 * mistakes, or exceed the range of a date.
 */
export const LONGEST_DELAY_MS = 31 * 86_400_000;

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** RFC 9110 section 5.6.7: the preferred form, then the two obsolete ones that must still be read. */
const HTTP_DATES: readonly RegExp[] = [
  /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/,
];

/**
 * The delay that upstream requests. Sources, in order of precedence: RetryInfo's
 * `retryDelay`; ErrorInfo's `quotaResetDelay`, then its `quotaResetTimeStamp`; the message's "Please
 * retry in 56.1s", then its "reset after 19h14m47s"; the `Retry-After` header. All details are looked
 * at, because their order varies.
 *
 * @param error Upstream's error.
 * @returns Whole ms, rounded up, never negative, 31 days at most; `undefined` if upstream requests no delay.
 */
export function retryDelayMs(error: RpcError, options: ErrorContext): number | undefined {
  const ms = firstNumber(retryDelays(error), parseDuration) ??
    firstNumber(quotaMetadata(error, "quotaResetDelay"), parseDuration) ??
    msUntil(firstNumber(quotaMetadata(error, "quotaResetTimeStamp"), timestampMs), options.nowMs) ??
    durationAfter(/\bplease retry in (\S+)/i, error.message) ??
    durationAfter(/\bresets? (?:after|in) (\S+)/i, error.message) ??
    retryAfterMs(options.retryAfterHeader, options.nowMs);
  return ms === undefined ? undefined : Math.min(Math.ceil(ms), LONGEST_DELAY_MS);
}

function retryDelays(error: RpcError): unknown[] {
  return error.details
    .filter((detail) => detail["@type"] === RETRY_INFO)
    .map((detail) => detail["retryDelay"]);
}

function quotaMetadata(error: RpcError, name: string): unknown[] {
  return error.details
    .filter((detail) => detail["@type"] === ERROR_INFO)
    .map(({ metadata }) => isJsonObject(metadata) ? metadata[name] : undefined);
}

function firstNumber(
  values: readonly unknown[],
  read: (text: string) => number | undefined,
): number | undefined {
  for (const value of values) {
    const found = typeof value === "string" ? read(value) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function durationAfter(phrase: RegExp, message: string): number | undefined {
  const word = phrase.exec(message)?.[1];
  // The duration may end its sentence: "Please retry in 56.185908122s."
  return word === undefined ? undefined : parseDuration(withoutTrailing(word, `.,;:!)"'`));
}

function timestampMs(text: string): number | undefined {
  const ms = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? "";
  if (/^\d+$/.test(value)) {
    const ms = Number(value) * 1000;
    return Number.isFinite(ms) ? ms : undefined;
  }
  if (!HTTP_DATES.some((form) => form.test(value))) return undefined;
  // asctime's form names no zone; RFC 9110 makes it UTC, Date.parse would make it local time.
  const ms = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  return Number.isNaN(ms) ? undefined : msUntil(ms, nowMs);
}

function msUntil(timeMs: number | undefined, nowMs: number): number | undefined {
  return timeMs === undefined ? undefined : Math.max(0, timeMs - nowMs);
}
