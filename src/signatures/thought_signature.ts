/**
 * Thought signatures on parts: reasoning models send them with responses and require them in later requests.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */
import type { JsonNode } from "../gemini/json/json_node.ts";
import { withoutTrailing } from "../base/text/without_trailing.ts";

export { PLACEHOLDER } from "../gemini/api/placeholder_signature.ts";

/** A longer signature is identified by its beginning, in bytes. */
const LONGEST = 1024 * 1024;

/** A part's signature, as it is written; `undefined` if there is none. */
export function signatureOf(part: JsonNode): string | undefined {
  return part.field("thoughtSignature")?.text(LONGEST) || undefined;
}

/**
 * A signature in canonical form, because the same bytes may be written in several alphabets: standard base64
 * without padding.
 */
export function canonicalSignature(signature: string): string {
  return withoutTrailing(signature, "=").replaceAll("-", "+").replaceAll("_", "/");
}
