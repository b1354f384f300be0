/**
 * The result for a call for which no account is available now.
 *
 * @module
 */
import type { PoolRequest, Selection } from "./selection.ts";
import { GRACE_MS } from "./cool_downs/backoff.ts";
import type { AccountQueue } from "./queues/account_queue.ts";
import type { Member } from "./member.ts";

const NONE: ReadonlySet<string> = new Set();

/**
 * Returns what the call can wait for, or why waiting does not help.
 *
 * @param queue The accounts that serve the call; none of those that it has not tried is available.
 * @param options `members`: all accounts by id; `nowMs`: by the monotonic clock.
 */
export function noSelection(
  request: PoolRequest,
  queue: AccountQueue,
  { members, nowMs }: { readonly members: ReadonlyMap<string, Member>; readonly nowMs: number },
): Selection {
  if (queue.size === 0) return members.size === 0 ? { type: "empty" } : { type: "unserved" };
  let busy = queue.busy(request);
  let isTriedOnly = false;
  /** Tried accounts whose cool-down is too long for this call to try them again. */
  const barred = new Set<string>();
  for (const id of request.tried) {
    const member = members.get(id);
    const standing = member && queue.entryOf(member, request)?.standing;
    if (standing === "busy") busy--;
    if (standing !== undefined && standing !== "resting") isTriedOnly = true;
    if (!member?.mostSevere(request.cooldownKey, nowMs)?.isBrief) barred.add(id);
  }
  const nearest = queue.nearest(request, barred);
  if (busy > 0) {
    return { type: "busy", accountId: undefined, untilMs: nearest?.untilMs ?? Infinity };
  }
  if (nearest !== undefined && nearest.untilMs - nowMs <= GRACE_MS) {
    return { type: "wait", accountId: nearest.member.account.id, untilMs: nearest.untilMs };
  }
  if (isTriedOnly) return { type: "tried" };
  const first = queue.nearest(request, NONE);
  if (first !== undefined) {
    const { untilMs, member } = first;
    return {
      type: "cooling",
      untilMs,
      reason: member.mostSevere(request.cooldownKey, nowMs)?.reason ?? "",
    };
  }
  const refused = queue.refused(request)?.member.mostSevere(request.cooldownKey, nowMs);
  if (refused === undefined) return { type: "tried" };
  return { type: "refused", reason: refused.reason, refusal: refused.refusal };
}
