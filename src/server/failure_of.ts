/**
 * What an upstream's fault means to the pool.
 *
 * @module
 */
import type { Failure, FailureKind } from "../pool/failure.ts";
import type { FaultScope, UpstreamFault } from "../upstream/upstream_fault.ts";

const KINDS: Readonly<Record<FaultScope, FailureKind | undefined>> = {
  "request": undefined,
  "client": undefined,
  "account": "refused",
  "account-model": "quota",
  "model": "unknown-model",
  "passing": "passing",
};

/** The failure of the account; undefined where it is none of its. */
export function failureOf(fault: UpstreamFault): Failure | undefined {
  const kind = KINDS[fault.scope];
  const { delayMs, quota, message: reason } = fault;
  return kind && { kind, delayMs, quota, reason };
}
