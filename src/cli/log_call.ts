/**
 * The log's line for a call.
 *
 * @module
 */
import type { CallRecord } from "../server/call_record.ts";

/** What writes a line. */
interface CallLogger {
  write(
    level: "info" | "warning",
    message: readonly (string | number)[],
    properties: Record<string, unknown>,
  ): void;
}

/**
 * Logs a call that is over: as a warning where it failed.
 *
 * @param logger The logger for calls.
 * @param record The call.
 */
export function logCall(logger: CallLogger, record: CallRecord): void {
  const { model, account, status, attempts, requestId, usage, failure } = record;
  const method = record.method || "request";
  const durationMs = record.finishedAtMs - record.startedAtMs;
  const properties = {
    requestId,
    method,
    model,
    account,
    status,
    attempts,
    firstByteMs: record.firstByteAtMs === 0 ? undefined : record.firstByteAtMs - record.startedAtMs,
    durationMs,
    tokensIn: usage?.prompt,
    tokensOut: usage && usage.candidates + usage.thoughts,
    failure: failure || undefined,
  };
  if (failure !== "") {
    const message = ["", method, " ", model, " ", status, ": ", failure, " (", requestId, ")"];
    logger.write("warning", message, properties);
  } else if (model === "") {
    logger.write("info", ["", method, " ", status, " in ", durationMs, " ms"], properties);
  } else {
    const outcome = [": ", status, " in ", durationMs, " ms"] as const;
    logger.write("info", ["", method, " ", model, " via ", account, ...outcome], properties);
  }
}
