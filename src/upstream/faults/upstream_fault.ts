/**
 * A failed upstream call: the error as the client would see it, and what it means for the account.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";

/**
 * Whose fault a failure is:
 * - `request`: the client's own; no other account would do better.
 * - `client`: the client went away or its deadline passed; nobody's fault.
 * - `account`: the account can't be used at all (credential, permission, tier).
 * - `account-model`: the account can't use this model for now (quota).
 * - `model`: the account does not know the model; another may.
 * - `named`: the account cannot reach something else that the request names (a file, a cache); another
 *   may, since such things belong to an account's project, but no account is to blame.
 * - `transient`: transient: Google failed, was not reached, or its response could not be used; the same may
 *   work in a moment.
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
 * What has to be mended: as the scope says, but with the credential told apart from the account that
 * it opens, and the network from the upstream behind it.
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
 * - `minute`: one that refills within a minute or so.
 * - `day`: one that is reset at midnight, Pacific time, whatever shorter delay the error names.
 * - `none`: the account has no quota at all; waiting does not help.
 */
export type SpentQuota = "minute" | "day" | "none";

/** What may be known of a fault besides its scope. */
export interface FaultFacts {
  /** How long upstream itself says to wait, in ms. */
  readonly delayMs?: number | undefined;
  /** For faults of a quota whose period upstream names. */
  readonly quota?: SpentQuota | undefined;
  /** Where it is not the one that the scope stands for. */
  readonly owner?: FaultOwner | undefined;
  /** Whether another attempt would end the same: the call is over then. Default: false. */
  readonly isFinal?: boolean;
  /** Whether it is certain that upstream did nothing of what was asked. Default: false. */
  readonly isUndone?: boolean;
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
  /** How long upstream itself says to wait, in ms, if it does. */
  readonly delayMs: number | undefined;
  /** Which quota is spent, if one is and upstream says which. */
  readonly quota: SpentQuota | undefined;
  /** Whether another attempt of the same call would end the same. */
  readonly isFinal: boolean;
  /** Whether it is certain that upstream did nothing of what was asked: it refused, or got nothing. */
  readonly isUndone: boolean;

  constructor(scope: FaultScope, rpc: RpcError, facts: FaultFacts = {}) {
    super(rpc.message, { cause: rpc });
    this.scope = scope;
    this.rpc = rpc;
    this.owner = facts.owner ?? ownerOf(scope, rpc);
    this.delayMs = facts.delayMs;
    this.quota = facts.quota;
    this.isFinal = facts.isFinal ?? false;
    this.isUndone = facts.isUndone ?? false;
  }
}

function ownerOf(scope: FaultScope, rpc: RpcError): FaultOwner {
  return scope === "account" && rpc.code === 401 ? "credential" : OWNERS[scope];
}
