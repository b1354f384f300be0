/**
 * Bodies for what reads them by their place.
 *
 * @module
 */
import { parseNativeRequest } from "../../src/gemini/native_request.ts";
import type { JsonNode } from "../../src/gemini/json/json_node.ts";
import { JsonScanner } from "../../src/gemini/json/json_scanner.ts";
import { KEEP, objectShape } from "../../src/gemini/json/json_shape.ts";

const encoder = new TextEncoder();

/** A client's body with this value. */
export function bodyOf(value: unknown): JsonNode {
  return parseNativeRequest(encoder.encode(JSON.stringify(value))).body;
}

/** Any value, as the member `args` of an object would be kept; `undefined` stays what it is. */
export function nodeOf(value: unknown): JsonNode | undefined {
  const scanner = new JsonScanner(encoder.encode(JSON.stringify({ args: value })), {
    shape: objectShape({ args: KEEP }),
  });
  scanner.scan();
  return scanner.root().get("args");
}
