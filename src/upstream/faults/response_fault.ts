/**
 * What it means for a call and its account when a response of status 200 is an error, or none.
 *
 * @module
 */
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { StreamFailure } from "../../gemini/stream/stream.ts";
import type { ErrorContext } from "../../gemini/errors/retry_delay.ts";
import { classify } from "./classify.ts";
import { UpstreamFault } from "./upstream_fault.ts";

/**
 * The fault for a failure that came with a response:
 * - what upstream reports is classified as if it had come with its own status;
 * - what was torn may be whole on another account;
 * - what can't be read would come the same again, so that no further attempt is made.
 *
 * @param failure Why the response failed, and the error for the client.
 * @param context When it came, and with which headers.
 */
export function responseFault(
  { error, cause }: { readonly error: RpcError; readonly cause: StreamFailure },
  context: ErrorContext,
): UpstreamFault {
  if (cause === "reported") return classify(error, context);
  return new UpstreamFault("transient", error, { isFinal: cause === "unreadable" });
}
