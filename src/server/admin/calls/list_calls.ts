/**
 * Lists calls: those in flight, and those that are remembered.
 *
 * @module
 */
import { RpcError } from "../../../gemini/errors/rpc_error.ts";
import type { CallWatch } from "../../call/call_watch.ts";
import { isCall } from "../../call/is_call.ts";
import { MOST_CALLS, type RecentCalls } from "../../explain/recent_calls.ts";
import type { CallRow } from "../schemas/call_schema.ts";
import { callRow, type RowParts, type RowSource, sourceOf } from "./call_row.ts";

/** What calls are listed from. */
export interface CallListParts extends RowParts {
  readonly calls: Pick<RecentCalls, "newest">;
  readonly watch: Pick<CallWatch, "records">;
}

/** Which calls. */
export interface CallFilter {
  /** A client key's name or id. */
  readonly key?: string | undefined;
  readonly account?: string | undefined;
  readonly model?: string | undefined;
  /** Whether only calls with an error. Default: all. */
  readonly failed?: boolean | undefined;
}

/** A part of the list. */
export interface CallPage extends CallFilter {
  /** The most rows. */
  readonly limit: number;
  /** The id of the last row so far; undefined for the beginning. */
  readonly before?: string | undefined;
}

/**
 * The rows of a part of the list: calls in flight first, then those that ended last.
 *
 * @throws {RpcError} NOT_FOUND if the call `before` is not remembered any more.
 */
export function listCalls(parts: CallListParts, page: CallPage): readonly CallRow[] {
  const { limit, before } = page;
  const rows: CallRow[] = [];
  let isReached = before === undefined;
  for (const call of allCalls(parts)) {
    if (isReached) {
      if (!fits(call, page)) continue;
      rows.push(callRow(call, parts));
      if (rows.length >= limit) break;
    } else isReached = call.requestId === before;
  }
  if (isReached) return rows;
  throw new RpcError(
    "NOT_FOUND",
    `The call of "before" is not among the last ${MOST_CALLS.toLocaleString("en-US")}. ` +
      'List from the beginning: without "before"',
  );
}

function* allCalls({ calls, watch }: CallListParts): Generator<RowSource> {
  // A call that has ended is remembered, although it may still be watched.
  const running = watch.records().filter(({ finishedAtMs }) => finishedAtMs === 0).map(sourceOf);
  yield* running.sort((one, other) => other.startedAtMs - one.startedAtMs);
  yield* calls.newest();
}

/** Other requests than calls are remembered if they failed, but are not listed. */
function fits(call: RowSource, { key, account, model, failed }: CallFilter): boolean {
  return isCall(call.method) && (key === undefined || call.keyName === key || call.keyId === key) &&
    (account === undefined || call.account === account) &&
    (model === undefined || call.model === model) &&
    (failed !== true || call.failure !== "");
}
