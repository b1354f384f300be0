/**
 * The operation that a request for `fetchPredictOperation` names.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import { UpstreamFault } from "../faults/upstream_fault.ts";

/** Longest name that is read, in bytes. */
const LONGEST = 4096;

/**
 * The name of the operation, as the client wrote it.
 *
 * @throws {UpstreamFault} INVALID_ARGUMENT if there is none.
 */
export function operationIn({ body }: NativeRequest): string {
  const name = body.field("operationName")?.text(LONGEST) ?? "";
  if (name !== "") return name;
  const error = new RpcError(
    "INVALID_ARGUMENT",
    'Cannot fetch an operation: the body must name it, as in {"operationName": "…"}',
  );
  throw new UpstreamFault("request", error);
}
