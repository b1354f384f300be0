/**
 * Reads JSON from untrusted sources.
 *
 * @module
 */
import { utf8Text } from "./text/text.ts";

/** A JSON object whose fields have not been looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object, neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The value of a JSON text.
 *
 * @param text As text, or as bytes in UTF-8. It is parsed whole, so the caller limits its size; clients' JSON
 * goes through `parseBounded()` instead.
 * @returns Undefined if the text is not JSON.
 */
export function parsedJson(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === "string" ? text : utf8Text(text));
  } catch {
    return undefined;
  }
}

/** The members of the JSON object that a text holds; undefined for anything else. */
export function parsedObject(text: string | Uint8Array): JsonObject | undefined {
  const value = parsedJson(text);
  return isJsonObject(value) ? value : undefined;
}
