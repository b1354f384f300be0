/**
 * Sends a call to a selected account, and retries with other accounts if that can help.
 *
 * @module
 */
import { AttemptBudget } from "../../upstream/attempt_budget.ts";
import { redactedError, redactedFault } from "../../upstream/redacted_upstream.ts";
import type { Upstream, UpstreamCall } from "../../upstream/upstream.ts";
import { withNamedScope } from "../../upstream/faults/named_resource.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import { AccountSearch } from "./account_search.ts";
import type { SearchOptions } from "./searched_call.ts";
import type { AllowedAccounts } from "../access/allowed_accounts.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import type { Ownership } from "../owners/ownership.ts";
import type { Pinned } from "../owners/pinned.ts";
import type { ConversationSource, TracedAttempt } from "../explain/call_trace.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { failureOf } from "./failure_of.ts";
import type { Roster } from "./roster.ts";

/** The dependencies of a {@linkcode Dispatcher}. */
export interface DispatchOptions extends SearchOptions {
  readonly roster: Pick<Roster, "get" | "disabled" | "canServe">;
  /** Notified when an owner refuses a call that names its resource. */
  readonly ownership: Pick<Ownership, "refused">;
  /** Tells which accounts a caller may use. */
  readonly allowed: Pick<AllowedAccounts, "of">;
}

/** A client's call. */
export interface ClientCall extends
  Pick<
    UpstreamCall,
    | "method"
    | "retry"
    | "version"
    | "model"
    | "resource"
    | "query"
    | "isVertexForm"
    | "isTranslated"
    | "request"
    | "range"
    | "transfer"
    | "token"
  > {
  /** The conversation's fingerprint; absent for calls that belong to none. */
  readonly session?: string | undefined;
  readonly sessionFrom?: ConversationSource;
  /** As in {@linkcode SearchedCall}. */
  readonly isSticky?: boolean;
  /** Whether the call continues a response that only the conversation's account knows. */
  readonly isContinuation?: boolean;
  /** The accounts that hold the resources that the call names; undefined if any account can serve it. */
  readonly pinned?: Pinned | undefined;
  readonly watch: WatchedCall;
  readonly lifecycle: CallLifecycle;
}

/** Sends client calls to accounts. */
export class Dispatcher {
  readonly #options: DispatchOptions;

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  /**
   * Sends a call until an account responds successfully, within the limits of attempts and time.
   *
   * @param call The client's call; its lifecycle is notified of each attempt.
   * @param send Sends it through one account, whose id it gets. Errors other than {@linkcode UpstreamFault} are not retried,
   * and are thrown to the caller.
   * @throws {RpcError} The error for the client.
   */
  async send<T>(
    call: ClientCall,
    send: (upstream: Upstream, call: UpstreamCall, accountId: string) => Promise<T>,
  ): Promise<T> {
    const { method, retry, model, resource, query, isVertexForm, request, version } = call;
    const { isTranslated, range, transfer, token, pinned, session, sessionFrom } = call;
    const { watch, lifecycle } = call;
    const { record } = lifecycle;
    const { trace } = record;
    const { pool, roster, maxAttempts } = this.#options;
    const budget = new AttemptBudget(maxAttempts);
    // Its errors name the account, even if it is not asked.
    if (pinned !== undefined) {
      record.account = pinned.account;
      const { name, account, isLookedUp } = pinned;
      trace.owner = { name: record.redaction.text(name), account, isLookedUp };
    }
    trace.session = session;
    trace.sessionFrom = sessionFrom;
    trace.disabled = roster.disabled;
    const only = this.#options.allowed.of(lifecycle.key);
    const search = new AccountSearch(
      only === undefined ? call : { ...call, only },
      budget,
      this.#options,
    );
    while (true) {
      const found = search.next();
      const selection = found instanceof Promise ? await found : found;
      const { lease } = selection;
      const member = roster.get(lease.accountId);
      if (member === undefined) {
        lease[Symbol.dispose]();
        search.leaveOut(lease.accountId);
        continue;
      }
      lifecycle.attempt(member.account.name);
      const sentMs = lifecycle.preciseMs;
      const startMs = Math.round(sentMs);
      const attempt = trace.attempt(selection, { account: member.account.name, startMs });
      const signal = watch.attempt();
      const requestsBefore = budget.taken;
      try {
        const { requestId } = record;
        const response = await send(member.upstream, {
          method,
          retry,
          version,
          model,
          resource,
          query,
          isVertexForm,
          isTranslated,
          request,
          range,
          transfer,
          token,
          requestId,
          signal,
          firstByteMs: watch.firstByteMs,
          budget,
          listener: {
            onBytes: () => watch.alive(),
            onFault: (fault) => {
              const failure = failureOf(redactedFault(fault, record.redaction), method);
              if (failure !== undefined) pool.failed(lease, failure);
            },
          },
        }, lease.accountId);
        attempt.ms = lifecycle.attemptEnded(sentMs);
        attempt.code = 200;
        pool.succeeded(lease);
        // The account is in use until the last byte of the response was sent.
        watch.keep(lease);
        return response;
      } catch (thrown) {
        // The record must not contain the gateway's keys, since observers may write it anywhere.
        const error = withNamedScope(redactedError(thrown, record.redaction), resource);
        attempt.ms = lifecycle.attemptEnded(sentMs);
        failedWith(attempt, error);
        const isLast = error instanceof UpstreamFault && error.scope === "named" &&
          pinned !== undefined && pinned.accountIds.includes(lease.accountId);
        if (isLast) {
          this.#options.ownership.refused(pinned, { message: error.rpc.message, path: resource });
        }
        if (!(error instanceof UpstreamFault) || isLast || !mayMoveOn(error) || watch.over) {
          lease[Symbol.dispose]();
          throw watch.over?.rpc ?? (error instanceof UpstreamFault ? error.rpc : error);
        }
        lifecycle.attemptFailed({
          account: member.account.name,
          owner: error.owner,
          why: error.message,
          delayMs: error.delayMs,
          ms: attempt.ms,
          requests: budget.taken - requestsBefore,
        });
        const failure = failureOf(error, method);
        if (failure === undefined) lease[Symbol.dispose]();
        else pool.failed(lease, failure);
        search.failed(lease.accountId, error);
      } finally {
        attempt.requests = budget.taken - requestsBefore;
        record.attempts += attempt.requests;
      }
    }
  }
}

/** Notes the error of an attempt. */
function failedWith(attempt: TracedAttempt, error: unknown): void {
  const rpc = error instanceof UpstreamFault ? error.rpc : error;
  if (error instanceof UpstreamFault) attempt.delayMs = error.delayMs;
  if (rpc instanceof RpcError) {
    attempt.code = rpc.code;
    attempt.status = rpc.status;
  }
  attempt.why = rpc instanceof Error ? rpc.message : "unknown";
}

/** Whether another account may succeed. */
function mayMoveOn({ scope }: UpstreamFault): boolean {
  return scope !== "request" && scope !== "client";
}
