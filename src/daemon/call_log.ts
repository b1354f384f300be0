/**
 * Writes the log line of a call.
 *
 * @module
 */
import ms from "ms";
import type { CallObserver } from "../server/call/call_observer.ts";
import type { FailedTry, ObservedRecord } from "../server/call/call_record.ts";
import { oneLine } from "../base/text/one_line.ts";

/** The name in the records of calls without a key. */
const NO_KEY = "open";

/** A logger of lines. */
interface CallLogger {
  /** Whether a line shows its properties; if not, the message has to contain them. */
  readonly showsProperties: boolean;
  write(
    level: "info" | "warning",
    message: readonly (string | number)[],
    properties: Record<string, unknown>,
  ): void;
}

/**
 * Returns the observer that logs every finished request.
 *
 * @param logger The logger for calls.
 */
export function callLog(logger: CallLogger): CallObserver {
  return { end: (record) => logCall(logger, record) };
}

/** Logs a finished call, as a warning if it failed. Its failed attempts are in the same line. */
function logCall(logger: CallLogger, record: ObservedRecord): void {
  const { model, account, status, attempts, requestId, usage, failure, failedTries } = record;
  const { keyName } = record;
  const method = record.operation || record.method || oneLine(record.request) || "request";
  const durationMs = record.finishedAtMs - record.startedAtMs;
  const properties = {
    requestId,
    key: keyName === NO_KEY ? undefined : keyName,
    operation: record.operation || undefined,
    method: record.method || "request",
    request: record.request || undefined,
    model,
    account,
    status,
    attempts,
    firstByteMs: record.firstByteAtMs === 0 ? undefined : record.firstByteAtMs - record.startedAtMs,
    durationMs,
    tokensIn: usage?.prompt,
    tokensOut: usage && usage.candidates + usage.thoughts,
    failure: failure || undefined,
    failedTries: failedTries.length === 0 ? undefined : failedTries,
  };
  const path = pathOf(record);
  const before = path === "" ? "" : "; before: ";
  let message: (string | number)[];
  if (failure !== "") {
    const space = model === "" ? "" : " ";
    const details = logger.showsProperties ? ` (${requestId})` : detailsOf(record);
    message = ["", method, space, model, " ", status, ": ", failure, details + before];
  } else if (model === "") {
    message = ["", method, " ", status, " in ", durationMs, " ms"];
  } else {
    const details = logger.showsProperties ? " ms" : ` ms${detailsOf(record)}`;
    const outcome = details + before;
    message = ["", method, " ", model, " via ", account, ": ", status, " in ", durationMs, outcome];
  }
  if (path !== "") message.push(path, "");
  logger.write(failure === "" ? "info" : "warning", message, properties);
}

/** Lists the accounts that failed; empty if the call tried only one, whose failure is in the line. */
function pathOf({ failedTries, failure }: ObservedRecord): string {
  return failedTries.length < (failure === "" ? 1 : 2)
    ? ""
    : failedTries.map(describeTry).join("; ");
}

/** As in `work: account-model: Quota exceeded (says to wait 30s)`. */
function describeTry({ account, owner, why, delayMs, requests }: FailedTry): string {
  const facts = [
    ...(delayMs === undefined ? [] : [`says to wait ${ms(delayMs)}`]),
    ...(requests > 1 ? [`${requests} requests`] : []),
  ];
  const aside = facts.length === 0 ? "" : ` (${facts.join(", ")})`;
  return `${account}: ${owner}: ${oneLine(why)}${aside}`;
}

/** The details after the sentence of a text line; no text from a client or an upstream is in them. */
function detailsOf(record: ObservedRecord): string {
  const { account, attempts, startedAtMs, firstByteAtMs, usage, requestId, failure, keyName } =
    record;
  const details = [
    ...(keyName === NO_KEY ? [] : [`key ${keyName}`]),
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
