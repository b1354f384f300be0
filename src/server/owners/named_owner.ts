/**
 * Waits for the owner of the resources that a call names.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { NamedResource } from "../../gemini/resources/named_resources.ts";
import type { Caller } from "../access/caller.ts";
import type { CallLifecycle } from "../call/call_lifecycle.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import type { Ownership } from "./ownership.ts";
import type { Pinned } from "./pinned.ts";

/** Longest time to find the owners of the resources that a call names, in ms. */
const LONGEST_LOOK_UP_MS = 60_000;

/** What finding an owner needs. */
export interface OwnerOptions {
  readonly ownership: Ownership;
  readonly caller: Caller;
  readonly watch: WatchedCall;
  readonly lifecycle: CallLifecycle;
  /** As in {@linkcode Ownership.resolve}. Default: false. */
  readonly mayMove?: boolean;
}

/**
 * The accounts that can serve a call, given the resources that it names.
 *
 * @returns Undefined if any account can serve it.
 * @throws {RpcError} As {@linkcode Ownership.resolve} does; UNAVAILABLE if the owners are not found in time.
 */
export function ownerOfNamed(
  resources: readonly NamedResource[],
  options: OwnerOptions,
): Promise<Pinned | undefined> | undefined {
  return resources.length === 0 ? undefined : findOwner(resources, options);
}

async function findOwner(
  resources: readonly NamedResource[],
  { ownership, caller, watch, lifecycle, mayMove = false }: OwnerOptions,
): Promise<Pinned | undefined> {
  const startMs = lifecycle.elapsedMs;
  try {
    return await watch.within(
      LONGEST_LOOK_UP_MS,
      ownership.resolve(resources, caller, { mayMove }),
      tooLate,
    );
  } finally {
    const ms = lifecycle.elapsedMs - startMs;
    lifecycle.record.trace.waited({ what: "owner", startMs, ms });
  }
}

function tooLate(): RpcError {
  return new RpcError(
    "UNAVAILABLE",
    "Cannot find out in time which account holds the resources that this request names",
  );
}
