/**
 * The machine-readable reasons of an upstream's error.
 *
 * @module
 */
import type { RpcDetail, RpcError } from "../../gemini/errors/rpc_error.ts";

const ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";

/** Every ErrorInfo of an error: they occur among other details, in any order. */
export function errorInfo(error: RpcError): readonly RpcDetail[] {
  return error.details.filter((detail) => detail["@type"] === ERROR_INFO);
}

/** The reasons in an error, as in `QUOTA_EXHAUSTED`. */
export function reasonsOf(error: RpcError): readonly unknown[] {
  return errorInfo(error).map(({ reason }) => reason);
}
