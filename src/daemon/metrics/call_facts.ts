/**
 * What metrics say of a call, derived from its record.
 *
 * @module
 */
import { isMethodName, type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import { isRpcCode } from "../../gemini/errors/rpc_error.ts";
import type { ObservedRecord } from "../../server/call/call_record.ts";
import type { CallTrace, TracedAttempt } from "../../server/explain/call_trace.ts";

/** What a method's name says about its calls. */
export interface CallKind {
  /**
   * The part of the gateway: `live` for sessions, `native` for other methods of the API, `openai` and `anthropic` for
   * operations of those APIs, and for what is not of an API the first word of its name, as in `admin` or `healthz`. Empty
   * if the request was refused before its method was known.
   */
  readonly route: string;
  /** Whether the response is a stream, whose first event a user waits for. */
  readonly isStream: boolean;
  /** Whether all accounts are asked at once. */
  readonly isList: boolean;
}

/** The kind of a call. */
export function kindOf(
  { method, operation }: Pick<ObservedRecord, "method" | "operation">,
): CallKind {
  const [api = ""] = operation.split(".", 1);
  if (!isMethodName(method)) {
    const [route = ""] = method.split(".", 1);
    return { route: api || route, isStream: false, isList: false };
  }
  const { response, list }: MethodRow = METHODS[method];
  return {
    route: api || (response === "socket" ? "live" : "native"),
    isStream: response === "stream" || response === "events" || response === "socket",
    isList: list !== undefined,
  };
}

/**
 * How an attempt ended: `ok`, or the google.rpc code of its error in small letters, as in `resource_exhausted`;
 * `unknown` for an error without one. An upstream can't make up further values.
 *
 * @see {@link https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto}
 */
export function outcomeOf({ code, status }: Pick<TracedAttempt, "code" | "status">): string {
  if (code === 200) return "ok";
  return isRpcCode(status) ? status.toLowerCase() : "unknown";
}

/**
 * What became of the account of a call's conversation. `hit`: it served the call; `moved`: another one did; `lost`: none
 * could.
 *
 * @returns Undefined if no account had served the conversation.
 */
export function affinityOf({ attempts, gaveUp }: CallTrace): "hit" | "moved" | "lost" | undefined {
  const last = attempts.at(-1);
  if (!attempts.some(({ by, left }) => by === "conversation" || left !== undefined)) {
    return undefined;
  }
  if (gaveUp !== undefined) return "lost";
  return last?.by === "conversation" ? "hit" : "moved";
}

/**
 * The time that the gateway itself took until the response began, in ms: without that of the accounts, and without
 * waits for the client's body, for memory, or for an account.
 */
export function overheadMs({ readyMs, upstreamMs, trace }: ObservedRecord): number {
  let ms = readyMs - upstreamMs - Math.max(0, trace.bodyMs);
  for (const wait of trace.waits) {
    // A body that waits for memory has not arrived.
    if (wait.startMs >= trace.bodyMs) ms -= wait.ms;
  }
  return Math.max(0, ms);
}

/** The name of a limit, as in `tokens_per_day`, from its quotaId, as in `PolluxTokensPerDayPerKey`. */
export function limitName(quotaId: string): string {
  return quotaId.replace(/^Pollux|PerKey$/g, "")
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase();
}
