/**
 * The failure of a call, as the pool needs it.
 *
 * @module
 */
import type { RpcDetail, RpcStatus } from "../../gemini/errors/rpc_error.ts";
import type { StatedLimit } from "../quota/quota_statement.ts";

/**
 * What kind of failure it was:
 * - `quota`: the account's quota for the model is spent. Starts a cool-down for this model.
 * - `refused`: the account can't be used at all. Starts a cool-down for every model.
 * - `unknown-model`: the account does not know the model. Others are preferred for it.
 * - `transient`: upstream failed or could not be reached. Others are preferred for this model, or for
 *   every model if the failure is the whole account's.
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

/** An upstream error that can be repeated to clients; its message is stored separately. */
export interface Refusal {
  /** HTTP status. */
  readonly code: number;
  readonly status: RpcStatus;
  readonly details?: readonly RpcDetail[] | undefined;
}

/** A failed call. */
export interface Failure {
  readonly kind: FailureKind;
  /** Whether every call of the account fails in this way, whichever its model. Default: if it is refused. */
  readonly isWholeAccount?: boolean | undefined;
  /** The delay that upstream states, in ms. */
  readonly delayMs: number | undefined;
  /** Which quota is spent, if upstream says so; `none`: the account has no quota. */
  readonly quota?: "minute" | "day" | "none" | undefined;
  /** The spent quotas by name, if upstream lists them. Default: none. */
  readonly limits?: readonly StatedLimit[];
  /** Upstream's error message. */
  readonly reason: string;
  /** The error for clients during the cool-down, if upstream refuses the account. */
  readonly refusal?: Refusal | undefined;
}
