/**
 * Converts upstream faults to the pool's failures.
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
 * The failure of the account; undefined if the fault is not the account's.
 *
 * @param fault Must be redacted: the pool keeps and stores its message.
 */
export function failureOf(fault: UpstreamFault): Failure | undefined {
  const kind = KINDS[fault.scope];
  if (kind === undefined) return undefined;
  const { delayMs, quota, message: reason } = fault;
  const { code, status, details } = fault.rpc;
  const refusal = kind === "refused" ? { code, status, details } : undefined;
  return { kind, delayMs, quota, reason, refusal };
}
