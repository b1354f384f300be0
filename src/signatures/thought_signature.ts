/**
 * Thought signatures on parts: what reasoning models give with their responses and want back.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */
import type { JsonNode } from "../gemini/json/json_node.ts";
import { withoutTrailing } from "../base/without_trailing.ts";

/** What Google documents for a call whose signature is not known: it is taken without being checked. */
export const PLACEHOLDER = "skip_thought_signature_validator";

/** A longer one is known by its beginning, in bytes. */
const LONGEST = 1024 * 1024;

/** A part's signature, as it is written; `undefined` where there is none. */
export function signatureOf(part: JsonNode): string | undefined {
  return part.field("thoughtSignature")?.text(LONGEST) || undefined;
}

/**
 * A signature in one of the alphabets in which the same bytes may be written: standard base64 without
 * padding.
 */
export function canonicalSignature(signature: string): string {
  return withoutTrailing(signature, "=").replaceAll("-", "+").replaceAll("_", "/");
}
