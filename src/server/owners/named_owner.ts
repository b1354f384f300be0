/**
 * Waits for the owner of the resources that a call names.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";
import type { Caller } from "../access/caller.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import type { Ownership } from "./ownership.ts";
import type { Pinned } from "./pinned.ts";

/** Longest time to find the owners of the resources that a call names, in ms. */
const LONGEST_LOOK_UP_MS = 60_000;

/**
 * The accounts that can serve a call, given the resources that it names.
 *
 * @param mayMove As in {@linkcode Ownership.resolve}.
 * @returns Undefined if any account can serve it.
 * @throws {RpcError} As {@linkcode Ownership.resolve} does; UNAVAILABLE if the owners are not found in time.
 */
export function ownerOfNamed(
  resources: readonly NamedResource[],
  { ownership, caller, watch, mayMove = false }: {
    readonly ownership: Ownership;
    readonly caller: Caller;
    readonly watch: WatchedCall;
    readonly mayMove?: boolean;
  },
): Promise<Pinned | undefined> | undefined {
  if (resources.length === 0) return undefined;
  return watch.within(
    LONGEST_LOOK_UP_MS,
    ownership.resolve(resources, caller, { mayMove }),
    () =>
      new RpcError(
        "UNAVAILABLE",
        "Cannot find out in time which account holds the resources that this request names",
      ),
  );
}
