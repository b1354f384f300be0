/**
 * Classifies responses of status 200 that report an error or cannot be used.
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
 * - an error that upstream reports is classified as if it had come with its own status;
 * - a torn response may be complete with another account;
 * - an unreadable response would be the same again, so it is not retried.
 *
 * @param failure Why the response failed, and the error for the client.
 * @param context The time and headers of the response.
 */
export function responseFault(
  { error, cause }: { readonly error: RpcError; readonly cause: StreamFailure },
  context: ErrorContext,
): UpstreamFault {
  if (cause === "reported") return classify(error, context);
  return new UpstreamFault("transient", error, { isFinal: cause === "unreadable" });
}
