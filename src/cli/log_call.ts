/**
 * The log's line for a call.
 *
 * @module
 */
import type { CallRecord } from "../server/call_record.ts";

/** What writes a line. */
interface CallLogger {
  /** Whether a line shows its properties by itself; else its message tells them. */
  readonly showsProperties: boolean;
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
    const space = model === "" ? "" : " ";
    const message = logger.showsProperties
      ? ["", method, space, model, " ", status, ": ", failure, " (", requestId, ")"]
      : ["", method, space, model, " ", status, ": ", failure, detailsOf(record)];
    logger.write("warning", message, properties);
  } else if (model === "") {
    logger.write("info", ["", method, " ", status, " in ", durationMs, " ms"], properties);
  } else {
    const end = logger.showsProperties ? " ms" : ` ms${detailsOf(record)}`;
    const outcome = [": ", status, " in ", durationMs, end] as const;
    logger.write("info", ["", method, " ", model, " via ", account, ...outcome], properties);
  }
}

/** What a text line tells beside its sentence: nothing in it came from a client or an upstream. */
function detailsOf(record: CallRecord): string {
  const { account, attempts, startedAtMs, firstByteAtMs, usage, requestId, failure } = record;
  const details = [
    ...(failure !== "" && account !== "" ? [`via ${account}`] : []),
    ...(failure !== "" ? [`${record.finishedAtMs - startedAtMs} ms`] : []),
    ...(attempts > 0 ? [`${attempts} attempt${attempts === 1 ? "" : "s"}`] : []),
    ...(firstByteAtMs > 0 ? [`first byte ${firstByteAtMs - startedAtMs} ms`] : []),
    ...(usage === undefined
      ? []
      : [`tokens ${usage.prompt} in, ${usage.candidates + usage.thoughts} out`]),
    requestId,
  ];
  return ` (${details.join("; ")})`;
}
