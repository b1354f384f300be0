/**
 * Reads the thought signatures in a response.
 *
 * @module
 */
import { callOf, type FunctionCall, partsOf } from "./function_turn.ts";
import type { JsonNode } from "../gemini/json/json_node.ts";
import { JsonScanner } from "../gemini/json/json_scanner.ts";
import { RESPONSE_SHAPE } from "../gemini/native_shape.ts";
import { signatureOf } from "./thought_signature.ts";

/** A part of a response that calls a function, is signed, or both. */
export interface ResponsePart {
  /** Number of the candidate, from 0. */
  readonly candidate: number;
  readonly call: FunctionCall | undefined;
  readonly signature: string | undefined;
}

/**
 * The parts of a response that call functions or are signed, in order.
 *
 * @param json The bytes of a GenerateContentResponse, whole or one chunk of a stream.
 * @returns Nothing for a response that can't be read: it still goes to the client.
 */
export function responseParts(json: Uint8Array): readonly ResponsePart[] {
  let response: JsonNode;
  try {
    const scanner = new JsonScanner(json, { shape: RESPONSE_SHAPE });
    scanner.scan();
    response = scanner.root();
  } catch {
    return [];
  }
  const candidates = response.get("candidates");
  return candidates?.isArray ? candidates.list.flatMap(partsOfCandidate) : [];
}

function partsOfCandidate(candidate: JsonNode, nth: number): ResponsePart[] {
  const index = Number(candidate.get("index")?.numeral ?? nth);
  return partsOf(candidate.get("content")).map((part) => ({
    candidate: index,
    call: callOf(part),
    signature: signatureOf(part),
  })).filter(({ call, signature }) => call !== undefined || signature !== undefined);
}
