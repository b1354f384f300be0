/**
 * Finds an account that answers: chooses one, sends the call, and moves on where moving on helps.
 *
 * @module
 */
import type { NativeRequest } from "../gemini/native_request.ts";
import { retryInfo, type RpcDetail, RpcError } from "../gemini/rpc_error.ts";
import type { Clock } from "../pool/clock.ts";
import type { Choice, Failure, Pool } from "../pool/pool.ts";
import { AttemptBudget } from "../upstream/attempt_budget.ts";
import type { Upstream, UpstreamCall } from "../upstream/upstream.ts";
import { UpstreamFault } from "../upstream/upstream_fault.ts";
import type { CallRecord } from "./call_record.ts";
import type { WatchedCall } from "./call_watch.ts";
import { noAccount } from "./model_catalog.ts";
import { pause } from "./pause.ts";
import type { Roster } from "./roster.ts";

/** Longest wait before the same account is tried again, in ms. */
const GRACE_MS = 2000;

/** Wait before the same account is tried again after a passing fault, in ms; grows by as much. */
const BACKOFF_MS = 250;

/** What dispatching needs. */
export interface DispatchOptions {
  readonly pool: Pool;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly maxAttempts: number;
}

/** A client's call. */
export interface ClientCall {
  readonly version: string;
  /** After aliasing. */
  readonly model: string;
  readonly request: NativeRequest;
  /** The conversation's fingerprint; absent for calls that belong to none. */
  readonly session?: string;
  readonly watch: WatchedCall;
  readonly record: CallRecord;
}

interface LastFault {
  readonly fault: UpstreamFault;
  readonly accountId: string;
}

/** Sends client calls to accounts. */
export class Dispatcher {
  readonly #options: DispatchOptions;

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  /**
   * Sends a call until an account answers, within the call's attempts and time.
   *
   * @param call The client's call; its record is filled in.
   * @param send Sends it through one account. What it throws that is no fault is nobody's: it is let
   * through.
   * @throws {RpcError} What the client is to be told.
   */
  async send<T>(
    call: ClientCall,
    send: (upstream: Upstream, call: UpstreamCall) => Promise<T>,
  ): Promise<T> {
    const { model, request, version, watch, record } = call;
    const budget = new AttemptBudget(this.#options.maxAttempts);
    const tried = new Set<string>();
    const excluded = this.#options.roster.excludedFor(model);
    let last: LastFault | undefined;
    for (let tries = 0;; tries++) {
      const accountId = await this.#next(call, { tried, excluded, last, budget, tries });
      const member = this.#options.roster.get(accountId);
      tried.add(accountId);
      if (member === undefined) continue;
      record.account = member.account.name;
      const signal = watch.attempt();
      try {
        const { requestId } = record;
        return await send(member.upstream, { version, model, request, requestId, signal, budget });
      } catch (error) {
        if (!(error instanceof UpstreamFault)) throw error;
        last = { fault: error, accountId };
        this.#settle(call, last);
      } finally {
        record.attempts = budget.taken;
      }
    }
  }

  /** The account for the next attempt. */
  async #next(
    call: ClientCall,
    so: {
      readonly tried: ReadonlySet<string>;
      readonly excluded: ReadonlySet<string>;
      readonly last: LastFault | undefined;
      readonly budget: AttemptBudget;
      readonly tries: number;
    },
  ): Promise<string> {
    const { last, budget, tried, excluded, tries } = so;
    // A try can fail before anything is sent, for want of a token: those are bounded as well.
    const spent = budget.spent || tries >= this.#options.maxAttempts;
    if (last !== undefined && spent) throw last.fault.rpc;
    const choice = this.#options.pool.choose({ ...wishOf(call), tried, excluded });
    if (choice.type === "account") return choice.accountId;
    const graceMs = last && graceOf(last.fault, tries);
    if (last === undefined || graceMs === undefined) throw this.#giveUp(choice, last, call.model);
    await pause(graceMs, call.watch);
    return last.accountId;
  }

  #settle(call: ClientCall, last: LastFault): void {
    const { fault, accountId } = last;
    if (call.watch.over !== undefined) throw call.watch.over.rpc;
    if (fault.scope === "request" || fault.scope === "client") throw fault.rpc;
    this.#options.pool.failed(accountId, {
      ...wishOf(call),
      cools: whatCools(fault),
      delayMs: fault.delayMs,
      reason: fault.message,
    });
  }

  #giveUp(choice: Choice, last: LastFault | undefined, model: string): RpcError {
    // An account that upstream refuses is to be mended: to wait for it would help nobody.
    if (choice.type === "cooling" && last?.fault.scope !== "account") {
      return coolingError(choice, {
        last: last?.fault.rpc,
        model,
        nowMs: this.#options.clock.now(),
      });
    }
    if (last !== undefined) return last.fault.rpc;
    return this.#options.roster.members().length === 0 ? noAccount() : notAllowed(model);
  }
}

function wishOf(call: ClientCall) {
  return {
    model: call.model,
    ...(call.session === undefined ? {} : { session: call.session }),
  };
}

function whatCools(fault: UpstreamFault): Failure["cools"] {
  if (fault.scope === "account") return "account";
  return fault.scope === "account-model" ? "model" : "nothing";
}

/** The error for a model that no account may answer for, by the user's own rules. */
function notAllowed(model: string): RpcError {
  return new RpcError(
    "NOT_FOUND",
    `No account may answer for the model "${model}". "pollux accounts edit NAME --allow PATTERN" ` +
      `allows it; "pollux accounts show NAME" shows what is allowed and denied`,
  );
}

/** How long to wait before the same account may be tried again, where that makes sense. */
function graceOf(fault: UpstreamFault, tries: number): number | undefined {
  if (fault.delayMs !== undefined) return fault.delayMs <= GRACE_MS ? fault.delayMs : undefined;
  return fault.scope === "passing" ? BACKOFF_MS * tries : undefined;
}

function coolingError(
  choice: Choice & { readonly type: "cooling" },
  so: { readonly last: RpcError | undefined; readonly model: string; readonly nowMs: number },
): RpcError {
  const retryAfterMs = Math.max(0, choice.untilMs - so.nowMs);
  const details: RpcDetail[] = (so.last?.details ?? []).filter(isNoRetryInfo);
  return new RpcError(
    "RESOURCE_EXHAUSTED",
    `Every account is cooling down for "${so.model}"; the nearest is back in ` +
      `${Math.ceil(retryAfterMs / 1000)} s. Upstream said: ${so.last?.message ?? choice.reason}`,
    { retryAfterMs, details: [...details, retryInfo(retryAfterMs)] },
  );
}

function isNoRetryInfo(detail: RpcDetail): boolean {
  return detail["@type"] !== "type.googleapis.com/google.rpc.RetryInfo";
}
