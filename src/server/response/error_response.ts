/**
 * Converts errors to responses, in this one place.
 *
 * @module
 */
import type { Redaction } from "../../gemini/redaction/redaction.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { hasTextCodes, withTextCode } from "../../gemini/errors/text_code.ts";
import type { CallRecord } from "../call/call_record.ts";
import { ownJson } from "./own_json.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";

/**
 * The google.rpc error for the client.
 *
 * @param error Anything that was thrown while a request was handled. The message of an unexpected error is
 * not shown, since it could contain anything.
 * @param redaction Redacts the gateway's own keys; the account's secrets were already redacted by its
 * upstream.
 */
export function toRpcError(error: unknown, redaction: Redaction): RpcError {
  if (error instanceof RpcError) return redaction.error(error);
  if (error instanceof UpstreamFault) return redaction.error(error.rpc);
  return new RpcError(
    "INTERNAL",
    "Pollux failed to handle this request. Its log says more, under this response's x-request-id",
    { cause: error },
  );
}

/**
 * Converts an error to an HTTP response, in the form of the API that the request's path belongs to.
 *
 * @param error The error for the client.
 * @param to The request and its record, and further headers about the call.
 */
export function errorResponse(
  error: RpcError,
  { request, headers, record }: {
    readonly request?: Pick<Request, "url">;
    readonly headers?: Record<string, string>;
    readonly record?: Pick<CallRecord, "bytesOut">;
  },
): Response {
  const path = URL.parse(request?.url ?? "")?.pathname ?? "";
  return ownJson(hasTextCodes(path) ? withTextCode(error) : error, {
    record,
    status: error.code,
    headers: {
      // Identifies Pollux to a process that finds the port in use, even if a key is required.
      server: "pollux",
      // Browsers may keep a 404 without it, and what is missing now may be added.
      ...(path.startsWith("/admin/") ? { "cache-control": "no-store" } : {}),
      ...headers,
      ...(error.retryAfterMs === undefined
        ? {}
        : { "retry-after": String(Math.ceil(error.retryAfterMs / 1000)) }),
    },
  });
}
