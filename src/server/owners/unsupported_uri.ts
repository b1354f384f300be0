/**
 * The error for an address that may name another caller's file.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Longest part of an address that the error quotes, in characters. */
const LONGEST_SHOWN = 200;

/**
 * Returns Google's error for a text that is not the address of a file. If callers have files of their own, Pollux sends
 * only addresses that it can parse to Google: another spelling of a name could open another caller's file.
 */
export function unsupportedUri(text: string): RpcError {
  const [shown = ""] = text.slice(0, LONGEST_SHOWN).split("?");
  return new RpcError("INVALID_ARGUMENT", `Invalid or unsupported file uri: ${shown}`);
}
