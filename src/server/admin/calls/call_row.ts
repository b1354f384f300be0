/**
 * A call as a row of the admin API's lists and events.
 *
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { Redaction } from "../../../gemini/redaction/redaction.ts";
import type { CostOf } from "../../../keys/limits/limited_call.ts";
import type { ObservedRecord } from "../../call/call_record.ts";
import { durationOf, firstByteOf, type RecentCall } from "../../explain/recent_call.ts";
import type { CallRow } from "../schemas/call_schema.ts";

/** What rows need. */
export interface RowParts {
  readonly redaction: Redaction;
  /** Default: no price is known. */
  readonly costOf?: CostOf | undefined;
}

/** The members of a call that its row shows. */
export type RowSource =
  & Pick<
    RecentCall,
    | "requestId"
    | "keyId"
    | "startedAtMs"
    | "durationMs"
    | "firstByteMs"
    | "keyName"
    | "method"
    | "operation"
    | "model"
    | "account"
    | "status"
    | "failure"
    | "usage"
  >
  & { readonly trace: { readonly attempts: readonly unknown[] } };

/** What the row of a record shows: of a call that may be in flight. */
export function sourceOf(record: ObservedRecord): RowSource {
  return { ...record, durationMs: durationOf(record), firstByteMs: firstByteOf(record) };
}

/** The row of a call. It contains no secret and no e-mail address. */
export function callRow(call: RowSource, { redaction, costOf }: RowParts): CallRow {
  const { usage, model, method, operation, durationMs, firstByteMs, failure } = call;
  const isRunning = durationMs < 0;
  const microUsd = usage && costOf?.(model, usage, method);
  return {
    id: call.requestId,
    at: new Date(call.startedAtMs).toISOString(),
    key: redaction.text(call.keyName),
    method,
    model: redaction.text(model),
    account: redaction.text(call.account),
    status: isRunning ? 0 : call.status,
    attempts: call.trace.attempts.length,
    ...defined({
      operation: operation || undefined,
      firstByteMs: firstByteMs < 0 ? undefined : firstByteMs,
      ms: isRunning ? undefined : durationMs,
      tokens: usage && {
        prompt: usage.prompt,
        cached: usage.cached,
        tool: usage.tool,
        thoughts: usage.thoughts,
        output: usage.candidates,
      },
      costUsd: microUsd === undefined ? undefined : microUsd / 1_000_000,
      error: failure === "" ? undefined : redaction.text(failure),
    }),
  };
}
