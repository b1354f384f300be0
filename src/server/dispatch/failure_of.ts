/**
 * Converts upstream faults to the pool's failures.
 *
 * @module
 */
import { type CallMethod, METHODS } from "../../gemini/api/methods.ts";
import type { Failure, FailureKind } from "../../pool/cool_downs/failure.ts";
import { statedLimits } from "../../upstream/faults/spent_quota.ts";
import { type FaultScope, UpstreamFault } from "../../upstream/faults/upstream_fault.ts";

const KINDS: Readonly<Record<FaultScope, FailureKind | undefined>> = {
  "request": undefined,
  "client": undefined,
  "account": "refused",
  "account-model": "quota",
  "model": "unknown-model",
  "named": undefined,
  "transient": "transient",
};

/**
 * The failure of the account; undefined if the fault is not the account's.
 *
 * @param fault Must be redacted: the pool keeps and stores its message.
 * @param method The called method. Only a turn's 404 starts a cool-down of the model: an account that does
 * not serve another method of a model may still serve its turns.
 */
export function failureOf(fault: UpstreamFault, method: CallMethod): Failure | undefined {
  const kind = KINDS[fault.scope];
  if (kind === undefined || kind === "unknown-model" && !METHODS[method].isTurn) return undefined;
  return asFailure(fault, kind);
}

/**
 * The failure of a request that belongs to no call, such as one for a list; undefined if calls of the account
 * may succeed nevertheless. An account that may not list its models may still serve them, so only an account
 * without a token fails as a whole.
 *
 * @param error Must be redacted, as in {@linkcode failureOf}.
 */
export function failureOfAccount(error: unknown): Failure | undefined {
  if (!(error instanceof UpstreamFault) || !error.isTokenMissing) return undefined;
  const kind = KINDS[error.scope];
  return kind && asFailure(error, kind);
}

function asFailure(fault: UpstreamFault, kind: FailureKind): Failure {
  const { delayMs, quota, isTokenMissing, message: reason } = fault;
  const { code, status, details } = fault.rpc;
  const refusal = kind === "refused" ? { code, status, details } : undefined;
  const limits = kind === "quota" ? statedLimits(fault.rpc) : [];
  return { kind, isWholeAccount: isTokenMissing, delayMs, quota, limits, reason, refusal };
}
