/**
 * Compares what a call can do about accounts that cannot serve it now.
 *
 * @module
 */
import type { Selection } from "../../pool/selection.ts";

/** A selection without an account. */
export type NotYet = Exclude<Selection, { readonly type: "account" }>;

/** From the one that helps a call least to the one that helps it most. */
const HELPS: readonly NotYet["type"][] = [
  ...["empty", "unserved", "tried", "refused", "cooling", "busy", "wait"] as const,
];

/** Whether a call should rather act on one selection than on the other; of two times, the earlier counts. */
export function isBetter(one: NotYet, other: NotYet): boolean {
  if (one.type !== other.type) return HELPS.indexOf(one.type) > HELPS.indexOf(other.type);
  return "untilMs" in one && "untilMs" in other && one.untilMs < other.untilMs;
}
