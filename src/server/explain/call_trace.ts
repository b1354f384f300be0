/**
 * What a call went through: how its account was chosen, what each attempt returned, and what it waited for. It only
 * stores references and numbers, since every call has one; {@linkcode explain} puts them into words.
 *
 * @module
 */
import type { Account } from "../../accounts/account.ts";
import type { AccountSelection, Selection } from "../../pool/selection.ts";
import type { Unavailable } from "../../pool/unavailable.ts";

/** Most attempts, and most waits, that are remembered of a call; a list asks every account. */
const MOST = 32;

/** How a conversation was recognized: see `conversation.ts` and `upload_windows.ts`. */
export type ConversationSource = "header" | "body" | "content" | "uploads";

/** One attempt. */
export interface TracedAttempt extends Omit<AccountSelection, "type" | "lease" | "avoided"> {
  readonly avoided: readonly string[] | undefined;
  readonly accountId: string;
  /** The account's name. */
  readonly account: string;
  /** When it began, in ms after the call's arrival. */
  readonly startMs: number;
  /** How long the account took to respond, in ms; -1 if it has not. */
  ms: number;
  /** HTTP status of the response; 0 if there is none. */
  code: number;
  /** The status of its error, as in `RESOURCE_EXHAUSTED`; empty if there is none. */
  status: string;
  /** Its error message; empty if there is none. */
  why: string;
  /** The delay that the error states, in ms, if any. */
  delayMs: number | undefined;
  /** Upstream requests of the attempt. */
  requests: number;
}

/** Something that a call waited for. */
export interface TracedWait {
  /**
   * `memory`: room for the client's body; `owner`: the accounts or the store that know who holds what the call names;
   * `busy`: a busy account; `back-off`: the time until an account may be tried.
   */
  readonly what: "memory" | "owner" | "busy" | "back-off";
  /** When it began, in ms after the call's arrival. */
  readonly startMs: number;
  readonly ms: number;
  /** The id of the account; undefined for any. */
  readonly accountId?: string | undefined;
}

/** The resource that decided which accounts can serve a call. */
export interface TracedOwner {
  /** Redacted: the name of an ephemeral token is a secret. */
  readonly name: string;
  /** The name of the account that holds it. */
  readonly account: string;
  /** Whether accounts had to be asked who holds it. */
  readonly isLookedUp: boolean | undefined;
}

const NO_ACCOUNTS: readonly Account[] = [];
const NO_ATTEMPTS: readonly TracedAttempt[] = [];
const NO_WAITS: readonly TracedWait[] = [];

/** The trace of one call. */
export class CallTrace {
  /** Whether it is known who sent the request: its key was accepted. */
  isCalled = false;
  /** The quotaId of the limit of the client's key that refused the request; empty if none did. */
  limit = "";
  /** Whether the client disconnected before the end of the response. */
  isClientGone = false;
  /** How long the body took to arrive, in ms; -1 if none did. */
  bodyMs = -1;
  /** The conversation's fingerprint; undefined for calls that belong to none. */
  session: string | undefined = undefined;
  sessionFrom: ConversationSource | undefined = undefined;
  owner: TracedOwner | undefined = undefined;
  /** The accounts that were disabled. */
  disabled: readonly Account[] = NO_ACCOUNTS;
  /** At most {@linkcode MOST}. */
  attempts: readonly TracedAttempt[] = NO_ATTEMPTS;
  waits: readonly TracedWait[] = NO_WAITS;
  /** Why the call got no further account, if that ended it; `attempts`: it had as many as it may. */
  gaveUp: Exclude<Selection["type"], "account"> | "attempts" | undefined = undefined;
  /** The accounts that were not available when it gave up. */
  unavailable: Unavailable | undefined = undefined;

  /** An attempt begins. The caller adds its response. */
  attempt(
    { lease, by, left, avoided, unavailable }: AccountSelection,
    { account, startMs }: Pick<TracedAttempt, "account" | "startMs">,
  ): TracedAttempt {
    const attempt: TracedAttempt = {
      by,
      left,
      avoided,
      unavailable,
      accountId: lease.accountId,
      account,
      startMs,
      ms: -1,
      code: 0,
      status: "",
      why: "",
      delayMs: undefined,
      requests: 0,
    };
    // A new array has no room for more elements: most calls have one attempt.
    if (this.attempts.length < MOST) this.attempts = [...this.attempts, attempt];
    return attempt;
  }

  /** The call waited. */
  waited(wait: TracedWait): void {
    if (this.waits.length < MOST) this.waits = [...this.waits, wait];
  }
}
