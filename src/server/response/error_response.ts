/**
 * Converts errors to responses, in this one place.
 *
 * @module
 */
import { anthropicError } from "../../formats/anthropic/anthropic_error.ts";
import { type ClientApi, clientApiOf } from "../../formats/client_api.ts";
import { ANTHROPIC_REQUEST_ID, type ClientError } from "../../formats/client_error.ts";
import { openaiError } from "../../formats/openai/openai_error.ts";
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

/** What is known of a request that gets an error. */
export interface FailedRequest {
  readonly request?: Pick<Request, "url" | "headers">;
  /** Further headers about the call. */
  readonly headers?: Record<string, string>;
  readonly record?: Pick<CallRecord, "bytesOut" | "requestId">;
}

/** Creates the response by the API that a request is meant for. */
const RESPONSES: {
  readonly [Api in ClientApi]: (
    error: RpcError,
    about: { readonly path: string; readonly requestId: string },
  ) => Pick<ClientError, "status" | "headers"> & { readonly body: unknown };
} = {
  openai: openaiError,
  anthropic(error, { requestId }) {
    const { headers, ...rest } = anthropicError(error, requestId);
    return { ...rest, headers: { ...headers, [ANTHROPIC_REQUEST_ID]: requestId } };
  },
  native: (error, { path }) => ({
    status: error.code,
    headers: {},
    body: hasTextCodes(path) ? withTextCode(error) : error,
  }),
};

/**
 * Converts an error to an HTTP response, in the form of the API that the request is meant for.
 *
 * @param error The error for the client.
 */
export function errorResponse(
  error: RpcError,
  { request, headers, record }: FailedRequest,
): Response {
  const url = URL.parse(request?.url ?? "");
  const path = url?.pathname ?? "";
  const api = url === null || request === undefined
    ? "native"
    : clientApiOf({ path, headers: request.headers, query: url.searchParams });
  const requestId = record?.requestId ?? headers?.["x-request-id"] ?? "";
  const { status, headers: own, body } = RESPONSES[api](error, { path, requestId });
  return ownJson(body, {
    record,
    status,
    headers: {
      // Identifies Pollux to a process that finds the port in use, even if a key is required.
      server: "pollux",
      // Browsers may keep a 404 without it, and what is missing now may be added.
      ...(path.startsWith("/admin/") ? { "cache-control": "no-store" } : {}),
      ...headers,
      ...own,
      ...(error.retryAfterMs === undefined
        ? {}
        : { "retry-after": String(Math.ceil(error.retryAfterMs / 1000)) }),
    },
  });
}
