/**
 * The log's line for a call.
 *
 * @module
 */
import type { CallRecord } from "../server/call_record.ts";

/** What writes a line. */
interface CallLogger {
  info(message: string, properties: Record<string, unknown>): void;
  warn(message: string, properties: Record<string, unknown>): void;
}

/**
 * Logs a call that is over: as a warning where it failed.
 *
 * @param logger The logger for calls.
 * @param record The call.
 */
export function logCall(logger: CallLogger, record: CallRecord): void {
  const { method, model, account, status, attempts, requestId, usage, failure } = record;
  const properties = {
    requestId,
    method: method || "request",
    model,
    account,
    status,
    attempts,
    firstByteMs: record.firstByteAtMs === 0 ? undefined : record.firstByteAtMs - record.startedAtMs,
    durationMs: record.finishedAtMs - record.startedAtMs,
    tokensIn: usage?.prompt,
    tokensOut: usage && usage.candidates + usage.thoughts,
    failure: failure || undefined,
  };
  if (failure !== "") logger.warn("{method} {model} {status}: {failure} ({requestId})", properties);
  else if (model === "") logger.info("{method} {status} in {durationMs} ms", properties);
  else logger.info("{method} {model} via {account}: {status} in {durationMs} ms", properties);
}
