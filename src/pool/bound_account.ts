/**
 * Decides what a call does with the account that it is pinned to, or that its conversation is bound to.
 *
 * @module
 */
import { GRACE_MS } from "./cool_downs/backoff.ts";
import type { QueueEntry } from "./queues/queue_entry.ts";
import type { PoolRequest, Selection } from "./selection.ts";
import type { Strategy } from "./strategy.ts";

/** `take`: the call gets the account. Undefined: another account is selected. */
export type BoundSelection = "take" | Exclude<Selection, { readonly type: "account" }> | undefined;

/** What else the decision depends on. */
export interface BoundContext {
  readonly strategy: Pick<Strategy, "isPatient">;
  /** By the monotonic clock. */
  readonly nowMs: number;
}

/**
 * Whether to take the account, to wait for it, or to select another one. A pinned call never uses another one.
 *
 * @param entry Undefined if there is no such account, or it does not serve the call.
 */
export function boundSelection(
  entry: QueueEntry | undefined,
  request: PoolRequest,
  { strategy, nowMs }: BoundContext,
): BoundSelection {
  if (request.pinnedTo === undefined) {
    return entry && ownSelection(entry, request, { strategy, nowMs });
  }
  return entry === undefined ? { type: "empty" } : pinnedSelection(entry, request, nowMs);
}

/** Whether an account that became free can serve a waiting call. */
export function canServe({ standing, member }: QueueEntry, request: PoolRequest): boolean {
  const isPinned = request.pinnedTo !== undefined;
  return (standing === "ready" || (isPinned && standing === "last-resort")) &&
    !request.tried.has(member.account.id);
}

/** The conversation's own account. */
function ownSelection(
  entry: QueueEntry,
  request: PoolRequest,
  { strategy, nowMs }: BoundContext,
): BoundSelection {
  if (canServe(entry, request)) return "take";
  if (!strategy.isPatient && !request.isContinuation) return undefined;
  const { untilMs, standing, member } = entry;
  const accountId = member.account.id;
  const wasTried = request.tried.has(accountId);
  if (standing === "resting") {
    const coolDown = member.mostSevere(request.cooldownKey, nowMs);
    const isBarred = coolDown?.isRefusal || (wasTried && !coolDown?.isBrief);
    return !isBarred && untilMs <= request.patienceUntilMs
      ? { type: "wait", accountId, untilMs }
      : undefined;
  }
  const canWait = standing === "busy" && !wasTried && request.patienceUntilMs > nowMs;
  return canWait ? { type: "busy", accountId, untilMs: Infinity } : undefined;
}

function pinnedSelection(entry: QueueEntry, request: PoolRequest, nowMs: number): BoundSelection {
  if (canServe(entry, request)) return "take";
  const { untilMs, standing, member } = entry;
  const accountId = member.account.id;
  const wasTried = request.tried.has(accountId);
  if (standing === "busy" && !wasTried) return { type: "busy", accountId, untilMs: Infinity };
  const coolDown = member.mostSevere(request.cooldownKey, nowMs);
  if (standing !== "resting" || coolDown === undefined) return { type: "tried" };
  const { reason, refusal, isRefusal, isBrief } = coolDown;
  if (isRefusal) return { type: "refused", reason, refusal };
  const mayWait = untilMs - nowMs <= GRACE_MS && (!wasTried || isBrief);
  return mayWait ? { type: "wait", accountId, untilMs } : { type: "cooling", untilMs, reason };
}
