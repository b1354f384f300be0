/**
 * Errors as Anthropic's API sends them.
 *
 * @see {@link https://docs.claude.com/en/api/errors}
 * @module
 */
import type { JsonObject } from "../../base/json.ts";
import type { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { ClientError } from "../client_error.ts";
import { fieldOf } from "../shared/fields/invalid_field.ts";
import { isLasting } from "../shared/request/lasting_limit.ts";

/** The body of an error, also as the data of the event that ends a stream. */
export interface AnthropicErrorBody {
  readonly [field: string]: unknown;
  readonly type: "error";
  readonly error: {
    readonly type: string;
    readonly message: string;
    /** What a client can act on. */
    readonly details?: JsonObject;
  };
  readonly request_id?: string;
}

/** The status of an overloaded API. Anthropic has no 503. */
const OVERLOADED = 529;

/**
 * What the runners of functions in Anthropic's own clients (1.14 in JavaScript, 2.14 in Python) act on: they ask for a
 * thread, a conversation that the API keeps, and go on without one where this says that there are none.
 */
const NO_THREADS: JsonObject = {
  error_code: "thread_unsupported_request",
  unsupported: ["thread"],
};

/** The types by HTTP status; others are those of 400 and 500. */
const TYPES: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  408: "timeout_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  [OVERLOADED]: "overloaded_error",
};

/**
 * Converts an error to the response of a request that failed.
 *
 * @param requestId The id of the request.
 */
export function anthropicError(error: RpcError, requestId: string): ClientError {
  return {
    status: statusOf(error),
    headers: isLasting(error) ? { "x-should-retry": "false" } : {},
    body: { ...anthropicErrorBody(error), request_id: requestId },
  };
}

/** The body of an error, without the id of its request. */
export function anthropicErrorBody(error: RpcError): AnthropicErrorBody {
  const status = statusOf(error);
  const type = TYPES[status] ?? (status < 500 ? "invalid_request_error" : "api_error");
  const details = fieldOf(error) === "thread" ? { details: NO_THREADS } : {};
  return { type: "error", error: { type, message: error.message, ...details } };
}

function statusOf({ code }: RpcError): number {
  return code === 503 ? OVERLOADED : code;
}
