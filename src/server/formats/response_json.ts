/**
 * Parses the native responses that are translated.
 *
 * @module
 */
import { parseBounded } from "../../gemini/json/parse_bounded.ts";

/** The size of a response is limited where it is read. Embeddings have a million numbers. */
const LIMITS = { bytes: Infinity, values: 4_000_000 } as const;

/**
 * The value of a response, or of a chunk of one.
 *
 * @throws {SyntaxError} If it is not JSON.
 */
export function responseJson(json: Uint8Array): unknown {
  return parseBounded(json, LIMITS);
}
