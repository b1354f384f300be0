/**
 * Thought signatures on parts: what reasoning models give with their answers and want back.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */
import { field, type JsonObject } from "./json_object.ts";

/** What Google documents for a call whose signature is not known: it is taken without being checked. */
export const PLACEHOLDER = "skip_thought_signature_validator";

/** A part's signature, as it is written; `undefined` where there is none. */
export function signatureOf(part: JsonObject): string | undefined {
  const signature = field(part, "thoughtSignature");
  return typeof signature === "string" && signature !== "" ? signature : undefined;
}

/**
 * A signature in one of the alphabets in which the same bytes may be written: standard base64 without
 * padding.
 */
export function canonicalSignature(signature: string): string {
  return signature.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
}
