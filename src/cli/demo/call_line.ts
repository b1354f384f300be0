/**
 * The line that the demo prints for a finished call.
 *
 * @module
 */
import ms from "ms";
import { oneLine } from "../../base/text/one_line.ts";
import type { FailedTry, ObservedRecord } from "../../server/call/call_record.ts";
import { isCall } from "../../server/call/is_call.ts";

/** The width of an account's name in the demo. */
const NAME_WIDTH = 5;

/**
 * Returns which account responded, the method and model, the outcome, and the accounts that failed before.
 *
 * @returns As in `12:04:09  cloud  generateContent gemini-2.5-flash: 200, 2 attempts; home: "You exceeded
 * your current quota", back in 20s`; undefined for a request that is not shown.
 */
export function callLine(record: ObservedRecord): string | undefined {
  const { method, model, account, status, attempts, failure, failedTries } = record;
  if (!isCall(method)) return undefined;
  const time = new Date(record.finishedAtMs).toTimeString().slice(0, 8);
  const asked = [method || "request", model].filter((word) => word !== "").join(" ");
  const facts = [
    String(status),
    ...(attempts === 0 ? [] : [`${attempts} attempt${attempts === 1 ? "" : "s"}`]),
  ].join(", ");
  // A call that failed ended with its last attempt's failure.
  const line = [
    `${time}  ${(account || "-").padEnd(NAME_WIDTH)}  ${asked}: ${facts}`,
    ...failedTries.map(describeTry),
    ...(failure === "" || failedTries.length > 0 ? [] : [firstSentence(failure)]),
  ].join("; ");
  return record.redaction.line(line);
}

function describeTry({ account, why, delayMs }: FailedTry): string {
  const back = delayMs === undefined ? "" : `, back in ${ms(delayMs)}`;
  return `${account}: "${firstClause(why)}"${back}`;
}

/** The first clause of a message: in Google's messages about quotas, advice, addresses and metrics follow it. */
function firstClause(text: string): string {
  return oneLine(text).split(/[.,;:](?: |$)/, 1)[0] ?? "";
}

/** The text up to the first `.` or `;` that ends a sentence or a clause outside of quotation marks. */
function firstSentence(text: string): string {
  return /^(?:"[^"]*"?|[^"])*?(?=[.;](?: |$)|$)/.exec(oneLine(text))?.[0] ?? "";
}
