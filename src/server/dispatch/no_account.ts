/**
 * The errors for calls without an available account.
 *
 * @module
 */
import { defined } from "../../base/defined.ts";
import { kindsServing, type MethodName } from "../../gemini/api/methods.ts";
import { retryInfo, type RpcDetail, RpcError } from "../../gemini/errors/rpc_error.ts";
import type { Refusal } from "../../pool/cool_downs/failure.ts";

/** If an account is back later than this, in ms, the message states the time in addition to the delay. */
const TELL_TIME_MS = 60_000;

/** The retry delay if all accounts are busy, in ms. */
const BUSY_RETRY_MS = 1000;

/** The facts about a call for which every account is in a cool-down. */
export interface CoolingFacts {
  /** The model, or the collection of a method without a model. */
  readonly subject: string;
  /** When the first cool-down ends, in ms from now. */
  readonly retryAfterMs: number;
  /** Now, in ms since the epoch. */
  readonly nowMs: number;
  /** The reason of that cool-down. */
  readonly reason: string;
  /** Upstream's error for this call, if there was one. */
  readonly last: RpcError | undefined;
  /** The resource that the call names; absent if the call could go to any account. */
  readonly holds?: string | undefined;
}

/** The error if every account is in a cool-down, with a retry delay. */
export function everyAccountCools(facts: CoolingFacts): RpcError {
  const { subject, nowMs, reason, last, holds } = facts;
  const retryAfterMs = Math.ceil(facts.retryAfterMs);
  const time = retryAfterMs > TELL_TIME_MS ? ` (at ${isoSeconds(nowMs + retryAfterMs)})` : "";
  const said = last?.message ?? reason;
  const details: RpcDetail[] = (last?.details ?? []).filter(isNoRetryInfo);
  return new RpcError(
    "RESOURCE_EXHAUSTED",
    `${
      holds === undefined
        ? `Every account is cooling down for "${subject}"; the first one`
        : `The account that holds "${holds}" is cooling down for "${subject}"; it`
    } is back in ` +
      `${Math.ceil(retryAfterMs / 1000)} s${time}${said === "" ? "" : `. Upstream said: ${said}`}`,
    { retryAfterMs, details: [...details, retryInfo(retryAfterMs)] },
  );
}

/**
 * The error if upstream refuses every account, for a reason that the user has to fix. Repeats upstream's
 * error without a retry delay, since clients would then wait needlessly.
 */
export function refusedAgain(reason: string, refusal: Refusal | undefined): RpcError {
  const { status = "PERMISSION_DENIED", code, details = [] } = refusal ?? {};
  return new RpcError(status, reason, {
    ...defined({ code }),
    details: details.filter(isNoRetryInfo),
  });
}

/**
 * The error if every account that could serve the call has as many calls as it may.
 *
 * @param holds The resource that the call names; absent if the call could go to any account.
 */
export function everyAccountIsBusy(subject: string, holds?: string): RpcError {
  return new RpcError(
    "RESOURCE_EXHAUSTED",
    holds === undefined
      ? `Every account for "${subject}" already has as many requests as it may have, and ` +
        "none became free in time. Try again in a moment, or add accounts"
      : `The account that holds "${holds}" already has as many requests as it may have, and did ` +
        "not become free in time. Try again in a moment",
    { retryAfterMs: BUSY_RETRY_MS, details: [retryInfo(BUSY_RETRY_MS)] },
  );
}

/**
 * The error for a gateway without accounts in use; names the command that fixes it.
 *
 * @param disabledCount How many accounts are disabled.
 */
export function noAccount(disabledCount: number): RpcError {
  if (disabledCount === 0) {
    return new RpcError(
      "FAILED_PRECONDITION",
      "No account is configured. Add one, as in: pollux accounts add gemini-api NAME --key-env VARIABLE",
    );
  }
  const disabled = disabledCount === 1 ? "1 is disabled" : `${disabledCount} are disabled`;
  return new RpcError(
    "FAILED_PRECONDITION",
    `No account is in use: ${disabled}. Enable one, as in: pollux accounts enable NAME; ` +
      `"pollux accounts list" shows them`,
  );
}

/** The error for a method that only accounts of other kinds than those in use can serve. */
export function noKindServes(method: MethodName): RpcError {
  const kinds = kindsServing(method);
  const [kind = ""] = kinds;
  // What only Vertex AI's accounts serve needs the OAuth credential that they have.
  const isForOAuth = kind === "vertex";
  return new RpcError(
    "FAILED_PRECONDITION",
    `No account in use can serve "${method}": it needs an account of the kind ${
      kinds.join(" or ")
    }${isForOAuth ? ", with an OAuth credential and not an API key" : ""}. Add one, as in: ` +
      `pollux accounts add ${kind} NAME${isForOAuth ? " --credentials FILE" : ""}`,
  );
}

/** The error for a model that the user's rules allow for no account. */
export function noAccountMayServe(model: string): RpcError {
  return new RpcError(
    "NOT_FOUND",
    `No account may be used for the model "${model}". "pollux accounts edit NAME --allow PATTERN" ` +
      `allows it; "pollux accounts show NAME" shows what is allowed and denied`,
  );
}

function isNoRetryInfo(detail: RpcDetail): boolean {
  return detail["@type"] !== "type.googleapis.com/google.rpc.RetryInfo";
}

function isoSeconds(atMs: number): string {
  return new Date(Math.ceil(atMs / 1000) * 1000).toISOString().replace(".000Z", "Z");
}
