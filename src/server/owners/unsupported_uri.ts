/**
 * The error for an address that may name another caller's file.
 *
 * @module
 */
import { RpcError } from "../../gemini/errors/rpc_error.ts";

/** Most characters of an address that the error shows. */
const LONGEST_SHOWN = 200;

/**
 * Google's words for what is no file's address. Where callers have their own files, only addresses that Pollux can
 * read reach Google: otherwise one more spelling of a name would open another caller's file.
 */
export function unsupportedUri(text: string): RpcError {
  const [shown = ""] = text.slice(0, LONGEST_SHOWN).split("?");
  return new RpcError("INVALID_ARGUMENT", `Invalid or unsupported file uri: ${shown}`);
}
