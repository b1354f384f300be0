/**
 * Why an attempt failed, as `error.type` of its span and metrics.
 *
 * @module
 */
import { isRpcCode } from "../../gemini/errors/rpc_error.ts";
import type { ObservedRecord } from "../../server/call/call_record.ts";
import type { TracedAttempt } from "../../server/explain/call_trace.ts";

/**
 * The google.rpc code of the error, as in `RESOURCE_EXHAUSTED`, or its HTTP status if it has another code; undefined if
 * the attempt succeeded. An upstream can't make up further values, of which each would be a series. Never its message:
 * it may quote the request.
 *
 * @param isLast Whether the attempt's response is the call's, which may fail after it has begun.
 */
export function errorTypeOf(
  { failure, trace }: ObservedRecord,
  attempt: TracedAttempt | undefined,
  isLast: boolean,
): string | undefined {
  if (attempt === undefined || attempt.ms < 0) return trace.isClientGone ? "CANCELLED" : "_OTHER";
  const { code, status } = attempt;
  if (code !== 200) return isRpcCode(status) ? status : String(code || "_OTHER");
  if (!isLast || failure === "") return undefined;
  return trace.isClientGone ? "CANCELLED" : "_OTHER";
}
