/**
 * Puts thought signatures where an upstream wants them, and takes those away that are not its own.
 *
 * @module
 */
import {
  callOf,
  contentsOf,
  currentTurn,
  type FunctionCall,
  partsOf,
  placeOfCall,
} from "./function_turn.ts";
import type { JsonNode } from "../gemini/json/json_node.ts";
import type { JsonEdit } from "../gemini/json/json_edit.ts";
import type { NativeRequest } from "../gemini/native_request.ts";
import { PLACEHOLDER, signatureOf } from "./thought_signature.ts";
import type { Signatures } from "./signatures.ts";

/** Most bytes of arguments that are compared in one request; beyond, no call is recognized. */
const MOST_ARGUMENTS = 2 * 1024 * 1024;

/** For whom a request is rewritten. */
export interface SignatureContext {
  readonly signatures: Signatures;
  /** The conversation's fingerprint. */
  readonly session: string;
  /** The upstream's kind, and the model. */
  readonly origin: string;
  /** Whether this upstream has just refused the request over its signatures. */
  readonly refused: boolean;
}

/**
 * A request with the signatures that one upstream takes:
 * - a call of the current turn that lost its signature gets it back, if this upstream gave it;
 * - a signature that another upstream gave, there or on any part, gives way to the placeholder;
 * - in a conversation that was refused over its signatures, calls that lack one and signatures that
 *   nobody is known to have given get the placeholder; right after the refusal, all do.
 *
 * Nothing else of the request is touched, byte for byte.
 *
 * @returns The request itself where nothing has to change.
 */
export function editSignatures(request: NativeRequest, context: SignatureContext): NativeRequest {
  const { body } = request;
  // A list that is there twice is not read alike by all: such a request is left alone.
  const isClear = isOnce(body, "contents") &&
    contentsOf(body).every((content) => isOnce(content, "parts"));
  return isClear ? request.edited(editsOf(body, context)) : request;
}

function editsOf(body: JsonNode, context: SignatureContext): JsonEdit[] {
  const { signatures, session, origin, refused } = context;
  const turn = currentTurn(body, session);
  const wary = refused || signatures.wasRefused(session, origin);
  const edits: JsonEdit[] = [];
  let calls = 0;
  let compared = 0;

  /** What is to take the place of a part's own signature, if anything is. */
  function inPlaceOf(own: string): string | undefined {
    const giver = refused ? undefined : signatures.originOf(own);
    const isForeign = giver === undefined ? wary : giver !== origin;
    return isForeign && own !== PLACEHOLDER ? PLACEHOLDER : undefined;
  }

  /** What a call without signature is to get, if anything. */
  function missing(call: FunctionCall, at: { nth: number; isFirst: boolean }): string | undefined {
    compared += call.args?.bytes.length ?? 0;
    const known = refused || compared > MOST_ARGUMENTS
      ? undefined
      : signatures.at(placeOfCall(turn.key, at.nth, call));
    if (known !== undefined) return known.origin === origin ? known.value : PLACEHOLDER;
    // Of calls that are made at once, only the first is signed.
    return wary && at.isFirst ? PLACEHOLDER : undefined;
  }

  for (const [nth, content] of contentsOf(body).entries()) {
    let isFirst = true;
    for (const part of partsOf(content)) {
      const call = nth > turn.start ? callOf(part) : undefined;
      const own = signatureOf(part);
      const signature = own === undefined
        ? call && missing(call, { nth: calls, isFirst })
        : inPlaceOf(own);
      if (call !== undefined) {
        isFirst = false;
        calls++;
      }
      if (signature !== undefined) edits.push(editOf(part, signature));
    }
  }
  return edits;
}

/** Signs one part. */
function editOf(part: JsonNode, signature: string): JsonEdit {
  const old = part.field("thoughtSignature");
  const insert = JSON.stringify(signature);
  return old === undefined
    // The part has another member, which comes after this one.
    ? { at: part.start + 1, remove: 0, insert: `"thoughtSignature":${insert},` }
    : { at: old.start, remove: old.end - old.start, insert };
}

function isOnce(object: JsonNode, name: string): boolean {
  return object.members.filter((member) => member.name === name).length < 2;
}
