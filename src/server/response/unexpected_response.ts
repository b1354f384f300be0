/**
 * The error for an upstream whose kind of response does not match the method table.
 *
 * @module
 */
import type { UpstreamResponse } from "../../upstream/upstream.ts";
import type { ClientCall } from "../dispatch/dispatch.ts";

/** Creates the error. */
export function unexpectedResponse(
  { type }: UpstreamResponse,
  { method }: Pick<ClientCall, "method">,
): TypeError {
  return new TypeError(`The upstream sent "${type}" as a response to ${method}`);
}
