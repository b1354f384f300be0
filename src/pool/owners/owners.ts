/**
 * Stores which account holds which resource, as kept state:
 *
 *     ["v1", "owner", SHA-256 of the name]  → { accountId, project, callerId, expiresAtMs, createTime, unbooked? }
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import { defined } from "../../base/defined.ts";
import { isJsonObject } from "../../base/json.ts";
import { storedUsage, type TokenUsage } from "../../gemini/api/token_usage.ts";
import type { Keeper, KeptKind } from "../../base/stored/kept.ts";
import { KeptTable } from "../../base/stored/kept_table.ts";

/** Most rows in memory; each takes some hundred bytes. Older ones are read from the store. */
const CAPACITY = 50_000;

/** A row is kept for this long after its resource expired, in ms: clocks differ. */
const AFTER_EXPIRY_MS = 3_600_000;

/** The owner of a resource. */
export interface Owner {
  readonly accountId: string;
  /** The account's project when the row was written: see {@linkcode Projects}. */
  readonly project: string;
  /** The caller that made the resource. */
  readonly callerId: string;
  /** When the resource expires, in ms since the epoch. */
  readonly expiresAtMs: number;
  /** As in {@linkcode StoredResource}: it distinguishes resources with the same name in different projects. */
  readonly createTime: string;
  /**
   * The method and the model of the call that made it, until the usage that a later response reports is booked.
   * Absent afterwards, and for resources without usage of their own.
   */
  readonly unbooked?: Unbooked;
}

/** A call whose usage a later response reports. */
export interface Unbooked {
  readonly method: string;
  readonly model: string;
  /** The name of its account; empty if it is not known. */
  readonly account: string;
  /** When the call was made, in ms since the epoch; 0 if it is not known. */
  readonly madeAtMs: number;
  /** What was counted when its own response broke off. Default: nothing, so that its usage counts as not known. */
  readonly counted?: TokenUsage;
}

/** The kind of row. */
export const OWNERS: KeptKind<Owner> = {
  name: "owner",
  label: "owners of stored resources",
  ifUnread: "accounts are asked for those that are needed",
  writeMs: 200,
  leftMs: ({ expiresAtMs }, nowMs) => expiresAtMs + AFTER_EXPIRY_MS - nowMs,
  encode: (owner) => owner,
  decode(stored) {
    if (!isJsonObject(stored)) return undefined;
    const { accountId, project, callerId, expiresAtMs, createTime } = stored;
    if (typeof accountId !== "string" || typeof project !== "string") return undefined;
    if (typeof callerId !== "string" || typeof expiresAtMs !== "number") return undefined;
    if (typeof createTime !== "string") return undefined;
    const unbooked = unbookedIn(stored["unbooked"]);
    return { accountId, project, callerId, expiresAtMs, createTime, ...defined({ unbooked }) };
  },
};

function unbookedIn(stored: unknown): Unbooked | undefined {
  if (!isJsonObject(stored)) return undefined;
  const { method, model, account = "", madeAtMs = 0 } = stored;
  if (typeof method !== "string" || typeof model !== "string" || typeof account !== "string") {
    return undefined;
  }
  if (typeof madeAtMs !== "number") return undefined;
  return {
    method,
    model,
    account,
    madeAtMs,
    ...defined({ counted: storedUsage(stored["counted"]) }),
  };
}

/** Owners by the names of their resources. */
export type Owners = KeptTable<Owner>;

/** Creates the table. `restore()` reads its rows. */
export function keptOwners(keeper: Keeper, clock: WallClock): Owners {
  return new KeptTable(keeper, { kind: OWNERS, clock, capacity: CAPACITY });
}
