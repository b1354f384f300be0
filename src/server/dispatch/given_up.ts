/**
 * The error of a call that no account serves.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import { noAllowedAccount, ownerNotAllowed } from "../access/allowed_accounts.ts";
import { ownerCannotServe } from "../owners/owner_errors.ts";
import type { SearchedCall, SearchOptions } from "./searched_call.ts";
import type { NotYet } from "./better_choice.ts";
import {
  everyAccountCools,
  everyAccountIsBusy,
  noAccount,
  noAccountMayServe,
  noKindServes,
  refusedAgain,
} from "./no_account.ts";
import { subjectOf } from "./subject_of.ts";

/** Why a call gets no account. */
export interface GivenUp {
  /** What the pool returned. */
  readonly choice: NotYet;
  /** The fault of the last attempt that the error may repeat. */
  readonly last: UpstreamFault | undefined;
  /** Whether some accounts are known to offer the model, and some not to. */
  readonly isListed: boolean;
  /** By the monotonic clock. */
  readonly nowMs: number;
  readonly options: Pick<SearchOptions, "roster" | "clock">;
}

/** Returns the error for the client. */
export function givenUp(
  call: SearchedCall,
  { choice, last, isListed, nowMs, options: { roster, clock } }: GivenUp,
): RpcError {
  const { method, model, pinned, only } = call;
  // The error of a refused account does not explain the cool-downs of the others.
  const isRefused = last?.scope === "account";
  // An unknown model at one account does not explain the cool-downs of those that offer it.
  const isUnknown = last?.scope === "model" && isListed;
  switch (choice.type) {
    case "cooling":
    case "wait":
      return everyAccountCools({
        subject: subjectOf(call),
        retryAfterMs: Math.max(0, choice.untilMs - nowMs),
        nowMs: clock.now(),
        reason: choice.type === "cooling" ? choice.reason : "",
        last: isRefused || isUnknown ? undefined : last?.rpc,
        holds: pinned?.name,
      });
    case "refused":
      return isRefused ? last.rpc : refusedAgain(choice.reason, choice.refusal);
    case "busy":
      return everyAccountIsBusy(subjectOf(call), pinned?.name);
    case "unserved":
      if (!roster.canServe(method)) return noKindServes(method);
      return only ? noAllowedAccount(only, subjectOf(call)) : noAccountMayServe(model);
    default:
      if (last !== undefined) return last.rpc;
      if (pinned && only && !pinned.accountIds.some((id) => only.ids.has(id))) {
        return ownerNotAllowed(only, pinned.name);
      }
      return pinned === undefined
        ? noAccount(roster.disabled.length)
        : pinned.lost ?? ownerCannotServe(pinned, call);
  }
}
