/**
 * Why an attempt failed, as `error.type` of its span and metrics.
 *
 * @module
 */
import type { ObservedRecord } from "../../server/call/call_record.ts";
import type { TracedAttempt } from "../../server/explain/call_trace.ts";

/**
 * The status of the error, as in `RESOURCE_EXHAUSTED`; undefined if the attempt succeeded. Never its message: it may
 * quote the request.
 *
 * @param isLast Whether the attempt's response is the call's, which may fail after it has begun.
 */
export function errorTypeOf(
  { failure, trace }: ObservedRecord,
  attempt: TracedAttempt | undefined,
  isLast: boolean,
): string | undefined {
  if (attempt === undefined || attempt.ms < 0) return trace.isClientGone ? "CANCELLED" : "_OTHER";
  if (attempt.code !== 200) return attempt.status || String(attempt.code || "_OTHER");
  if (!isLast || failure === "") return undefined;
  return trace.isClientGone ? "CANCELLED" : "_OTHER";
}
