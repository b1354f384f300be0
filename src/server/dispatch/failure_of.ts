/**
 * What an upstream's fault means to the pool.
 *
 * @module
 */
import type { Failure, FailureKind } from "../../pool/cool_downs/failure.ts";
import type { FaultScope, UpstreamFault } from "../../upstream/faults/upstream_fault.ts";

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
 * The failure of the account; undefined where it is none of its.
 *
 * @param fault Redacted: the pool keeps the words, in the store too.
 */
export function failureOf(fault: UpstreamFault): Failure | undefined {
  const kind = KINDS[fault.scope];
  if (kind === undefined) return undefined;
  const { delayMs, quota, message: reason } = fault;
  const { code, status, details } = fault.rpc;
  const refusal = kind === "refused" ? { code, status, details } : undefined;
  return { kind, delayMs, quota, reason, refusal };
}
