/**
 * The accounts that a call did not get, and why.
 *
 * @module
 */
import type { Unavailable, UnavailableFor } from "../../pool/unavailable.ts";
import type { CallTrace, TracedAttempt } from "./call_trace.ts";

/** Most accounts that are listed. */
const MOST_LISTED = 50;

/**
 * Why an account was passed over: as {@linkcode UnavailableFor}, and
 * - `tried`: the call had tried it.
 * - `disabled`: it was disabled.
 * - `other-account`: the call was pinned to another one, since that one holds what the call names.
 * - `conversation`: the conversation stayed with another one.
 * - `later-use`: it is in a cool-down for the model with which the client will use what the call makes.
 * - `priority`: its priority is lower.
 * - `load`: it had more calls in flight for its weight.
 * - `quota`: its remaining quota is lost later.
 * - `turn`: it was not its turn.
 */
export type PassedOverFor =
  | UnavailableFor
  | "tried"
  | "disabled"
  | "other-account"
  | "conversation"
  | "later-use"
  | "priority"
  | "load"
  | "quota"
  | "turn";

/** An account that was passed over. */
export interface PassedOver {
  readonly account: string;
  readonly why: PassedOverFor;
  /** When its cool-down ends, in RFC 3339; absent without one, or if it does not end by itself. */
  readonly until?: string;
  /** The error that its cool-down is for, or the reason for which it was disabled. */
  readonly error?: string;
}

/** Knows the accounts. */
export interface NamedAccounts {
  /** An account's name; that it was removed, for one that is not known any more. */
  nameOf(accountId: string): string;
  /** A text about an account, without secrets. */
  redacted(text: string, accountId: string): string;
}

/** What a call did not get. */
export interface PassedOverList {
  readonly passedOver: readonly PassedOver[];
  readonly more: number;
}

/** What a selection had to choose from. */
export interface Choice {
  readonly trace: CallTrace;
  /** The attempts before. */
  readonly before: readonly TracedAttempt[];
  /** The attempt that was chosen; undefined if there was none. */
  readonly attempt: TracedAttempt | undefined;
  readonly unavailable: Unavailable | undefined;
  readonly accounts: NamedAccounts;
}

/** Lists the accounts that were passed over, those first that could not be used. */
export function passedOver(
  { trace, before, attempt, unavailable, accounts }: Choice,
): PassedOverList {
  const all: PassedOver[] = [];
  const told = new Set(attempt === undefined ? [] : [attempt.accountId]);
  function tell(accountId: string, facts: Omit<PassedOver, "account">): void {
    if (told.has(accountId)) return;
    told.add(accountId);
    all.push({ account: accounts.nameOf(accountId), ...facts });
  }
  for (const { accountId } of before) tell(accountId, { why: "tried" });
  for (const { accountId, why, untilMs, reason } of unavailable?.accounts ?? []) {
    tell(accountId, {
      why,
      ...(Number.isFinite(untilMs) ? { until: new Date(untilMs).toISOString() } : {}),
      ...(reason === "" ? {} : { error: accounts.redacted(reason, accountId) }),
    });
  }
  for (const { id, disabledReason: reason = "" } of trace.disabled) {
    const error = reason === "" ? {} : { error: accounts.redacted(reason, id) };
    tell(id, { why: "disabled", ...error });
  }
  if (attempt !== undefined && unavailable !== undefined) {
    const priority = priorityOf(unavailable, attempt.accountId);
    for (const { account } of unavailable.serving) {
      if (attempt.avoided?.includes(account.id)) tell(account.id, { why: "later-use" });
      tell(account.id, { why: whyNot(account, { attempt, unavailable, priority }) });
    }
  }
  const passedOver = all.slice(0, MOST_LISTED);
  return { passedOver, more: all.length - passedOver.length + (unavailable?.more ?? 0) };
}

/** Why an account that was available was not chosen. */
function whyNot(
  account: { readonly priority: number },
  { attempt, unavailable: { strategy }, priority }: {
    readonly attempt: TracedAttempt;
    readonly unavailable: Unavailable;
    /** That of the chosen account. */
    readonly priority: number;
  },
): PassedOverFor {
  if (attempt.by === "owner") return "other-account";
  if (attempt.by === "conversation") return "conversation";
  if (account.priority < priority) return "priority";
  if (strategy.isByLoad) return "load";
  return strategy.isByQuota ? "quota" : "turn";
}

function priorityOf({ serving }: Unavailable, accountId: string): number {
  return serving.find(({ account }) => account.id === accountId)?.account.priority ?? 0;
}
