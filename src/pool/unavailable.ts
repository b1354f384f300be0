/**
 * The accounts that a call could not get, and why. This only reports what the queues know.
 *
 * @module
 */
import { shortCopy } from "../base/text/short_copy.ts";
import type { FailureKind } from "./cool_downs/failure.ts";
import type { Member } from "./member.ts";
import type { Moment } from "./moment.ts";
import type { QueueEntry } from "./queues/queue_entry.ts";
import type { Strategy } from "./strategy.ts";

/** Most accounts that are listed. */
export const MOST_LISTED = 16;

/** Most characters of a reason: explanations keep it, and upstream's message can quote a request. */
export const LONGEST_REASON = 500;

/**
 * Why an account was not available:
 * - `cooling`: it gets no requests before its cool-down ends.
 * - `last-resort`: it failed a short time ago, and is used only if no other account is available.
 * - `busy`: it has as many calls in flight as it may.
 * - `probed`: its cool-down is over, and one call finds out whether it was long enough.
 * - `unlisted`: its list of models does not have the model, and other accounts' lists do.
 * - `method`, `model`: it can never serve the method, or not for the model.
 * - `not-allowed`: the caller's key may not use it.
 */
export type UnavailableFor =
  | "cooling"
  | "last-resort"
  | "busy"
  | "probed"
  | "unlisted"
  | "method"
  | "model"
  | "not-allowed";

/** An account that was not available. */
export interface UnavailableAccount {
  readonly accountId: string;
  readonly why: UnavailableFor;
  /** When its cool-down ends, in ms since the epoch; `Infinity` without one. */
  readonly untilMs: number;
  /** The kind of failure that its cool-down is for; undefined without one. */
  readonly kind: FailureKind | undefined;
  /** Upstream's error message, at most {@linkcode LONGEST_REASON} characters of it; empty without a cool-down. */
  readonly reason: string;
}

/** The accounts that were not available to calls of one kind, at one moment. */
export interface Unavailable {
  /** At most {@linkcode MOST_LISTED}. */
  readonly accounts: readonly UnavailableAccount[];
  /** How many more there are. */
  readonly more: number;
  /** Every account that serves these calls, available or not. */
  readonly serving: readonly Member[];
  readonly strategy: Strategy;
}

/** An account that can never serve the calls of a queue. */
export function neverAvailable(
  { account }: Member,
  why: "method" | "model" | "not-allowed",
): UnavailableAccount {
  return { accountId: account.id, why, untilMs: Infinity, kind: undefined, reason: "" };
}

/**
 * Describes an account of a queue.
 *
 * @param at The queue's cool-down key, and the present.
 */
export function unavailableEntry(
  { member, standing }: QueueEntry,
  { cooldownKey, now }: { readonly cooldownKey: string; readonly now: Moment },
): UnavailableAccount {
  const coolDown = member.mostSevere(cooldownKey, now.ms);
  const isResting = coolDown?.state(now.ms) === "resting";
  return {
    accountId: member.account.id,
    why: standingOf(standing, { isFull: member.isFull }),
    untilMs: isResting ? Math.round(now.wallMs + coolDown.untilMs - now.ms) : Infinity,
    kind: coolDown?.kind,
    reason: shortened(coolDown?.reason ?? ""),
  };
}

function shortened(reason: string): string {
  return reason.length > LONGEST_REASON ? shortCopy(reason, LONGEST_REASON) : reason;
}

function standingOf(
  standing: QueueEntry["standing"],
  { isFull }: { readonly isFull: boolean },
): UnavailableFor {
  if (standing === "resting") return "cooling";
  if (standing === "last-resort") return "last-resort";
  if (standing === "ready") return "unlisted";
  return isFull ? "busy" : "probed";
}
