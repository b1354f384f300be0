/**
 * Books usage that is reported after the call that caused it, once, to the caller that made the resource.
 *
 * @module
 */
import type { WallClock } from "../../base/clock.ts";
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { Owner, Unbooked } from "../../pool/owners/owners.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";

/** A call whose usage is still to be booked, and its caller. */
type UnbookedCall = Unbooked & Pick<Owner, "callerId">;

/** The marks of what is still to be booked. */
export interface UnbookedCalls {
  takeUnbooked(name: string): Promise<UnbookedCall | undefined>;
  markUnbooked(name: string, call: UnbookedCall): void;
}

/** What a report is about. */
export interface BookingOptions {
  /** The resource's name. */
  readonly name: string;
  /** The files with its results, if the report has no usage itself. */
  readonly files: readonly string[];
  /** The call whose response has the report. */
  readonly lifecycle: Pick<CallLifecycle, "record" | "booked">;
  readonly ownership: UnbookedCalls;
  readonly clock: WallClock;
}

/**
 * Books the usage of a resource, unless it was booked before. The usage of results in a file is booked when the file
 * is read. Usage in the response of the call that made the resource is that call's own, and only takes the mark.
 *
 * @param reported The usage; undefined if Google reports none.
 */
export async function book(
  { usage }: { readonly usage: TokenUsage | undefined },
  { name, files, lifecycle, ownership, clock }: BookingOptions,
): Promise<void> {
  const made = await ownership.takeUnbooked(name);
  if (made === undefined) return;
  if (usage === undefined && files.length > 0) {
    return files.forEach((file) => ownership.markUnbooked(file, made));
  }
  const { account, method } = lifecycle.record;
  if (method === made.method) return;
  lifecycle.booked({ ...made, account, atMs: clock.now(), usage, settles: true });
}
