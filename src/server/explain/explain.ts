/**
 * Explains a call: why it had its account, what it waited for, how it ended.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { isMethodName, type MethodRow, METHODS } from "../../gemini/api/methods.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { Redaction } from "../../gemini/redaction/redaction.ts";
import type { CostOf } from "../../keys/limits/limited_call.ts";
import { accountSecrets } from "../../accounts/account_secrets.ts";
import type { CallWatch } from "../call/call_watch.ts";
import type { Roster } from "../dispatch/roster.ts";
import type { CallTrace, TracedAttempt } from "./call_trace.ts";
import type {
  Decision,
  ExplainedAttempt,
  ExplainedWait,
  Explanation,
  Outcome,
} from "./explanation.ts";
import { type NamedAccounts, passedOver } from "./passed_over.ts";
import type { RecentCall } from "./recent_call.ts";
import { MOST_CALLS, type RecentCalls } from "./recent_calls.ts";

/** What explaining needs. */
export interface ExplainParts {
  readonly calls: RecentCalls;
  readonly watch: Pick<CallWatch, "find">;
  readonly roster: Pick<Roster, "get" | "disabled">;
  readonly redaction: Redaction;
  /** Default: no price is known. */
  readonly costOf?: CostOf | undefined;
}

/** What stands for an account that was removed since. */
const REMOVED = "(removed since)";

/**
 * Explains a call.
 *
 * @param id The call's `x-request-id`.
 * @throws {RpcError} NOT_FOUND if the call is not remembered.
 */
export function explain(id: string, parts: ExplainParts): Explanation {
  const { calls, watch, redaction, costOf } = parts;
  const wanted = id.trim().toLowerCase();
  const running = watch.find(wanted);
  const call = calls.find(wanted) ?? (running && calls.describe(running));
  if (call === undefined) throw notRemembered(redaction.text(id));
  const { trace, usage, model, method } = call;
  const accounts = namedAccounts(parts);
  const clean = (text: string) => redaction.text(text);
  const microUsd = usage && costOf?.(model, usage, method);
  return {
    id: call.requestId,
    startedAt: new Date(call.startedAtMs).toISOString(),
    outcome: outcomeOf(call),
    ...defined({
      status: call.status === 0 ? undefined : call.status,
      error: clean(call.failure) || undefined,
      durationMs: known(call.durationMs),
      firstByteMs: known(call.firstByteMs),
    }),
    key: { id: call.keyId, name: clean(call.keyName) },
    method,
    ...defined({
      operation: call.operation || undefined,
      request: clean(call.request) || undefined,
      model: clean(model) || undefined,
      account: clean(call.account) || undefined,
      conversation: conversationOf(trace),
      decision: decisionOf(call, { accounts, clean }),
    }),
    attempts: trace.attempts.map((attempt, nth) =>
      explainedAttempt(attempt, { trace, accounts, clean, before: trace.attempts.slice(0, nth) })
    ),
    rotations: call.rotations,
    ...defined({ gaveUp: trace.gaveUp }),
    ...(trace.gaveUp === undefined ? { passedOver: [], more: 0 } : passedOver({
      trace,
      before: trace.attempts,
      attempt: undefined,
      unavailable: trace.unavailable,
      accounts,
    })),
    waits: waitsOf(call, accounts),
    bytesIn: call.bytesIn,
    bytesOut: call.bytesOut,
    ...defined({
      tokens: usage,
      costUsd: microUsd === undefined ? undefined : microUsd / 1_000_000,
    }),
  };
}

function namedAccounts({ roster, redaction }: ExplainParts): NamedAccounts {
  function accountOf(accountId: string) {
    return roster.get(accountId)?.account ?? roster.disabled.find(({ id }) => id === accountId);
  }
  return {
    nameOf: (accountId) => redaction.text(accountOf(accountId)?.name ?? REMOVED),
    redacted(text, accountId) {
      // An earlier version may have stored it, which redacted less.
      const account = accountOf(accountId);
      return redaction.text(
        account === undefined ? text : new Redaction(accountSecrets(account)).text(text),
      );
    },
  };
}

function outcomeOf({ trace, failure, durationMs }: RecentCall): Outcome {
  if (durationMs < 0) return "running";
  if (trace.isClientGone) return "client-left";
  if (failure === "") return "ok";
  if (!trace.isCalled) return "access";
  // An account may be another gateway, with limits of its own.
  if (trace.limit !== "" && trace.attempts.length === 0) return "limit";
  if (trace.gaveUp !== undefined && trace.gaveUp !== "attempts") return "no-account";
  return trace.attempts.length > 0 ? "account" : "refused";
}

function conversationOf({ session, sessionFrom }: CallTrace): Explanation["conversation"] {
  if (session === undefined || sessionFrom === undefined) return undefined;
  return { id: session, found: sessionFrom };
}

function decisionOf(
  { trace, method }: RecentCall,
  { accounts, clean }: {
    readonly accounts: NamedAccounts;
    readonly clean: (text: string) => string;
  },
): Decision | undefined {
  if (isList(method)) return { by: "list" };
  const { owner, attempts: [first], gaveUp } = trace;
  if (owner !== undefined) {
    const { name, account, isLookedUp } = owner;
    const found = isLookedUp ? "asked" : "recorded";
    return { by: "resource", resource: clean(name), account: clean(account), found };
  }
  if (first === undefined) return gaveUp === undefined ? undefined : { by: "strategy" };
  if (first.by === "conversation") return { by: "conversation", account: clean(first.account) };
  return { by: "strategy", ...defined({ left: first.left && accounts.nameOf(first.left) }) };
}

/** Whether a method lists what all accounts have. */
function isList(name: string): boolean {
  const row: MethodRow | undefined = isMethodName(name) ? METHODS[name] : undefined;
  return row?.list !== undefined;
}

function explainedAttempt(
  attempt: TracedAttempt,
  { trace, accounts, clean, before }: {
    readonly trace: CallTrace;
    readonly accounts: NamedAccounts;
    readonly clean: (text: string) => string;
    readonly before: readonly TracedAttempt[];
  },
): ExplainedAttempt {
  const { account, by, startMs, ms, code, status, why, delayMs, requests, unavailable } = attempt;
  const error = why === "" ? undefined : clean(status === "" ? why : `${status}: ${why}`);
  return {
    account: clean(account),
    by: BY[by],
    startMs,
    ...defined({ ms: known(ms), status: code === 0 ? undefined : code, error, delayMs }),
    requests,
    ...passedOver({ trace, before, attempt, unavailable, accounts }),
  };
}

const BY = { owner: "resource", conversation: "conversation", turn: "strategy" } as const;

/** What the call waited for, and how long accounts took to respond. */
function waitsOf({ trace }: RecentCall, accounts: NamedAccounts): readonly ExplainedWait[] {
  const { bodyMs, waits, attempts } = trace;
  const all: ExplainedWait[] = [
    ...(bodyMs < 0 ? [] : [{ for: "body", startMs: 0, ms: bodyMs } as const]),
    ...waits.map(({ what, startMs, ms, accountId }) => ({
      for: what,
      startMs,
      ms,
      ...defined({ account: accountId && accounts.nameOf(accountId) }),
    })),
    ...attempts.filter(({ ms }) => ms >= 0).map(({ startMs, ms, accountId }) => ({
      for: "account" as const,
      startMs,
      ms,
      account: accounts.nameOf(accountId),
    })),
  ];
  return all.toSorted((one, other) => one.startMs - other.startMs);
}

/** A duration; undefined if it is not known. */
function known(ms: number): number | undefined {
  return ms < 0 ? undefined : ms;
}

function notRemembered(id: string): RpcError {
  return new RpcError(
    "NOT_FOUND",
    `No call with the id "${id}" is known. The id is the "x-request-id" of its response, which its log line has, too. ` +
      `A gateway remembers its last ${MOST_CALLS.toLocaleString("en-US")} calls until it stops: ` +
      "an older call, one before a restart, or one of another gateway on the same store cannot be explained here",
  );
}
