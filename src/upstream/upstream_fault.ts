/**
 * A failed upstream call: the error as the client would see it, and what it means for the account.
 *
 * @module
 */
import type { RpcError } from "../gemini/rpc_error.ts";

/**
 * Whose fault a failure is:
 * - `request`: the client's own; no other account would do better.
 * - `client`: the client went away or its deadline passed; nobody's fault.
 * - `account`: the account can't be used at all (credential, permission, tier).
 * - `account-model`: the account can't use this model for now (quota).
 * - `model`: the account does not know the model; another may.
 * - `passing`: Google failed, was not reached, or answered nonsense; the same may work in a moment.
 */
export type FaultScope = "request" | "client" | "account" | "account-model" | "model" | "passing";

/** Thrown by every {@linkcode Upstream} method. */
export class UpstreamFault extends Error {
  override readonly name = "UpstreamFault";
  /** The error for the client, with upstream's own status, message and details. */
  readonly rpc: RpcError;
  readonly scope: FaultScope;
  /** How long upstream itself says to wait, in ms, if it does. */
  readonly delayMs: number | undefined;

  constructor(scope: FaultScope, rpc: RpcError, delayMs?: number) {
    super(rpc.message, { cause: rpc });
    this.scope = scope;
    this.rpc = rpc;
    this.delayMs = delayMs;
  }
}
