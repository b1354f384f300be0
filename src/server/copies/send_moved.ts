/**
 * Sends a call that names files to an account that does not hold them.
 *
 * @module
 */
import type { NativeRequest } from "../../gemini/native_request.ts";
import { type AddressBook, fileEdits } from "../../gemini/resources/named_resources.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";
import type { Upstream, UpstreamCall, UpstreamResponse } from "../../upstream/upstream.ts";
import type { Caller } from "../access/caller.ts";
import type { WatchedCall } from "../call/call_watch.ts";
import type { CopiesOfNamed } from "../owners/pinned.ts";
import type { FileMover } from "./file_mover.ts";

/** The call, and what sends it. */
export interface MovedCallParts {
  readonly copies: CopiesOfNamed;
  readonly fileMover: FileMover;
  readonly call: {
    /** The body as the client sent it. */
    readonly body: NativeRequest;
    readonly addresses: AddressBook;
    readonly caller: Caller;
    readonly watch: WatchedCall;
    readonly upstream: Upstream;
    readonly accountId: string;
  };
  /** Sends the call. */
  readonly sent: (call: UpstreamCall) => Promise<UpstreamResponse>;
}

/**
 * Uploads the copies of the files that the account does not have, and then sends the call with the new addresses.
 *
 * @throws {UpstreamFault}
 */
export async function sendMoved(
  upstreamCall: UpstreamCall,
  { copies, fileMover, call, sent }: MovedCallParts,
): Promise<UpstreamResponse> {
  const { body, addresses, watch, ...rest } = call;
  const { requestId, signal, firstByteMs } = upstreamCall;
  const onProgress = () => watch.alive();
  const moving = { ...rest, requestId, signal, firstByteMs, onProgress };
  const moved = await fileMover.move(copies, moving);
  if (moved.size === 0) return await sent(upstreamCall);
  try {
    const request = body.edited(fileEdits(body.references, addresses, moved));
    return await sent({ ...upstreamCall, request });
  } catch (error) {
    const isOfNamed = error instanceof UpstreamFault && error.scope === "named";
    if (isOfNamed) fileMover.forget(moved.keys(), call.accountId);
    throw error;
  }
}
