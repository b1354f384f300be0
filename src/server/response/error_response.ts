/**
 * The one place that turns an error into a response.
 *
 * @module
 */
import type { Redaction } from "../../gemini/redaction/redaction.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { UpstreamFault } from "../../upstream/faults/upstream_fault.ts";

/**
 * The google.rpc error that a client is told.
 *
 * @param error Anything that was thrown on a request's way. What Pollux did not expect is not shown:
 * it could hold anything.
 * @param redaction Knows the gateway's own keys; the account's are out of its upstream's errors already.
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
 * An error as an HTTP response.
 *
 * @param error What to say.
 * @param headers What else the client is told of its call.
 */
export function errorResponse(error: RpcError, headers: Record<string, string>): Response {
  return Response.json(error, {
    status: error.code,
    headers: {
      // Whoever finds the port taken recognises Pollux by it, even where a key is asked for.
      server: "pollux",
      ...headers,
      ...(error.retryAfterMs === undefined
        ? {}
        : { "retry-after": String(Math.ceil(error.retryAfterMs / 1000)) }),
    },
  });
}
