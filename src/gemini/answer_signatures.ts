/**
 * The thought signatures in an answer.
 *
 * @module
 */
import { callOf, type FunctionCall, partsOf } from "./function_turn.ts";
import { isJsonObject } from "./json_object.ts";
import { signatureOf } from "./thought_signature.ts";

/** A part of an answer that calls a function, is signed, or both. */
export interface AnswerPart {
  /** Number of the candidate, from 0. */
  readonly candidate: number;
  readonly call: FunctionCall | undefined;
  readonly signature: string | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Answers are always spelled in camelCase. */
const NAMES = ['"functionCall"', '"thoughtSignature"'].map((name) => encoder.encode(name));

/**
 * The parts of an answer that call functions or are signed, in their order. Nothing is parsed where
 * the bytes hold neither.
 *
 * @param json The bytes of a GenerateContentResponse, whole or one chunk of a stream.
 * @returns Nothing for an answer that can't be read: it is the client's all the same.
 */
export function answerParts(json: Uint8Array): readonly AnswerPart[] {
  if (!NAMES.some((name) => holds(json, name))) return [];
  let answer: unknown;
  try {
    answer = JSON.parse(decoder.decode(json));
  } catch {
    return [];
  }
  const candidates = isJsonObject(answer) ? answer["candidates"] : undefined;
  return Array.isArray(candidates) ? candidates.flatMap(partsOfCandidate) : [];
}

function partsOfCandidate(candidate: unknown, index: number): AnswerPart[] {
  if (!isJsonObject(candidate)) return [];
  return partsOf(candidate["content"]).filter(isJsonObject).map((part) => ({
    candidate: typeof candidate["index"] === "number" ? candidate["index"] : index,
    call: callOf(part),
    signature: signatureOf(part),
  })).filter(({ call, signature }) => call !== undefined || signature !== undefined);
}

function holds(bytes: Uint8Array, text: Uint8Array): boolean {
  const [first = 0] = text;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (text.every((byte, nth) => bytes[at + nth] === byte)) return true;
  }
  return false;
}
