/**
 * A failed upstream call: the error for the client, and the consequence for the account.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";

/**
 * Whose fault a failure is:
 * - `request`: the client's request is wrong; it would fail with any account.
 * - `client`: the client disconnected or its deadline passed; the account is not at fault.
 * - `account`: the account can't be used at all (credential, permission, tier).
 * - `account-model`: the account can't use this model for now (quota).
 * - `model`: the account does not have the model; another may.
 * - `named`: the account cannot reach something else that the request names (a file, a cache); another
 *   may, since such resources belong to an account's project, but the account is not at fault.
 * - `transient`: Google failed, could not be reached, or its response could not be used; the same request may
 *   succeed in a moment.
 */
export type FaultScope =
  | "request"
  | "client"
  | "account"
  | "account-model"
  | "model"
  | "named"
  | "transient";

/**
 * What needs to be fixed: as the scope, but distinguishes the credential from its account, and the network from
 * the upstream.
 */
export type FaultOwner =
  | "request"
  | "client"
  | "credential"
  | "account"
  | "account-model"
  | "upstream"
  | "network";

/**
 * Which of an account's quotas is spent:
 * - `minute`: a quota that refills within about a minute.
 * - `day`: a quota that is reset at midnight, Pacific time, even if the error names a shorter delay.
 * - `none`: the account has no quota at all; waiting does not help.
 */
export type SpentQuota = "minute" | "day" | "none";

/** Optional properties of a fault. */
export interface FaultFacts {
  /** The retry delay that upstream requested, in ms. */
  readonly delayMs?: number | undefined;
  /** The spent quota, if upstream names its period. */
  readonly quota?: SpentQuota | undefined;
  /** The owner, if it differs from the scope's default. */
  readonly owner?: FaultOwner | undefined;
  /** Whether another attempt would fail the same way, so that the call ends. Default: false. */
  readonly isFinal?: boolean;
  /** Whether it is certain that upstream did not process the request. Default: false. */
  readonly isUndone?: boolean;
  /** Whether the account has no access token, so that none of its calls can be sent. Default: false. */
  readonly isTokenMissing?: boolean;
  /** Whether the account fails in the same way until the user has changed something. Default: false. */
  readonly isLasting?: boolean;
}

const OWNERS: Readonly<Record<FaultScope, FaultOwner>> = {
  "request": "request",
  "client": "client",
  "account": "account",
  "account-model": "account-model",
  "model": "account-model",
  "named": "request",
  "transient": "upstream",
};

/** Thrown by every {@linkcode Upstream} method. */
export class UpstreamFault extends Error {
  override readonly name = "UpstreamFault";
  /** The error for the client, with upstream's own status, message and details. */
  readonly rpc: RpcError;
  readonly scope: FaultScope;
  readonly owner: FaultOwner;
  /** The retry delay that upstream requested, in ms, if any. */
  readonly delayMs: number | undefined;
  /** The spent quota, if upstream names one. */
  readonly quota: SpentQuota | undefined;
  /** Whether another attempt of the same call would fail the same way. */
  readonly isFinal: boolean;
  /** Whether it is certain that upstream did not process the request: it rejected or never received it. */
  readonly isUndone: boolean;
  /** Whether the account has no access token, so that none of its calls can be sent. */
  readonly isTokenMissing: boolean;
  /** Whether the account fails in the same way until the user has changed something; another one may succeed. */
  readonly isLasting: boolean;

  constructor(scope: FaultScope, rpc: RpcError, facts: FaultFacts = {}) {
    super(rpc.message, { cause: rpc });
    this.scope = scope;
    this.rpc = rpc;
    this.owner = facts.owner ?? ownerOf(scope, rpc);
    this.delayMs = facts.delayMs;
    this.quota = facts.quota;
    this.isFinal = facts.isFinal ?? false;
    this.isUndone = facts.isUndone ?? false;
    this.isTokenMissing = facts.isTokenMissing ?? false;
    this.isLasting = facts.isLasting ?? false;
  }
}

function ownerOf(scope: FaultScope, rpc: RpcError): FaultOwner {
  return scope === "account" && rpc.code === 401 ? "credential" : OWNERS[scope];
}
