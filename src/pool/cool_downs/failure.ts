/**
 * How a call failed, as the pool needs to know it.
 *
 * @module
 */
import type { RpcDetail, RpcStatus } from "../../gemini/errors/rpc_error.ts";

/**
 * What kind of failure it was:
 * - `quota`: the account's quota for the model is spent. The account rests for this model.
 * - `refused`: the account can't be used at all. It rests for every model.
 * - `unknown-model`: the account does not know the model. Others are preferred for it.
 * - `transient`: upstream failed or was not reached. Others are preferred for this model.
 */
export type FailureKind = "quota" | "refused" | "unknown-model" | "transient";

const KINDS: ReadonlySet<string> = new Set<FailureKind>([
  "quota",
  "refused",
  "unknown-model",
  "transient",
]);

/** Whether a text names a kind of failure. */
export function isFailureKind(text: string): text is FailureKind {
  return KINDS.has(text);
}

/** An error of upstream that a client can be told again; its words are kept beside it. */
export interface Refusal {
  /** HTTP status. */
  readonly code: number;
  readonly status: RpcStatus;
  readonly details?: readonly RpcDetail[] | undefined;
}

/** A failed call. */
export interface Failure {
  readonly kind: FailureKind;
  /** How long to wait by upstream's own words, in ms. */
  readonly delayMs: number | undefined;
  /** The quota that is spent, where upstream says which; `none`: there is no quota at all. */
  readonly quota?: "minute" | "day" | "none" | undefined;
  /** Upstream's words. */
  readonly reason: string;
  /** What clients are told while the account rests, where it is refused. */
  readonly refusal?: Refusal | undefined;
}
