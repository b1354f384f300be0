/**
 * Adds the thought signatures that an upstream requires, and replaces those of other upstreams.
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

/** Most bytes of arguments that are compared in one request; calls beyond it are not recognized. */
const MOST_ARGUMENTS = 2 * 1024 * 1024;

/** The context in which a request is rewritten. */
export interface SignatureContext {
  readonly signatures: Signatures;
  /** The conversation's fingerprint. */
  readonly session: string;
  /** The upstream's kind, and the model. */
  readonly origin: string;
  /** Whether this upstream has just rejected the request because of its signatures. */
  readonly refused: boolean;
}

/**
 * A request with the signatures that one upstream accepts:
 * - a call of the current turn that lost its signature gets it back, if this upstream created it;
 * - a signature that another upstream created, on any part, is replaced with the placeholder;
 * - in a conversation that was rejected because of its signatures, calls without a signature and signatures of
 *   unknown origin get the placeholder; right after the rejection, all do.
 *
 * All other bytes of the request stay unchanged.
 *
 * @returns The request itself if nothing has to change.
 */
export function editSignatures(request: NativeRequest, context: SignatureContext): NativeRequest {
  const { body } = request;
  // Parsers disagree about duplicate members, so such a request is left unchanged.
  const isClear = isOnce(body, "contents") &&
    contentsOf(body).every((content) => isOnce(content, "parts"));
  return isClear ? request.edited(editsOf(body, context)) : request;
}

function editsOf(body: JsonNode, context: SignatureContext): JsonEdit[] {
  const { signatures, session, origin, refused } = context;
  const turn = currentTurn(body, session);
  const isSuspicious = refused || signatures.wasRefused(session, origin);
  const edits: JsonEdit[] = [];
  let calls = 0;
  let compared = 0;

  /** The replacement for a part's own signature, if it needs one. */
  function replacementFor(own: string): string | undefined {
    const knownOrigin = refused ? undefined : signatures.originOf(own);
    const isForeign = knownOrigin === undefined ? isSuspicious : knownOrigin !== origin;
    return isForeign && own !== PLACEHOLDER ? PLACEHOLDER : undefined;
  }

  /** The signature for a call that has none, if it needs one. */
  function restored(call: FunctionCall, at: { nth: number; isFirst: boolean }): string | undefined {
    compared += call.args?.bytes.length ?? 0;
    const known = refused || compared > MOST_ARGUMENTS
      ? undefined
      : signatures.at(placeOfCall(turn.key, at.nth, call));
    if (known !== undefined) return known.origin === origin ? known.value : PLACEHOLDER;
    // Of parallel calls, only the first is signed.
    return isSuspicious && at.isFirst ? PLACEHOLDER : undefined;
  }

  for (const [nth, content] of contentsOf(body).entries()) {
    let isFirst = true;
    for (const part of partsOf(content)) {
      const call = nth > turn.start ? callOf(part) : undefined;
      const own = signatureOf(part);
      const signature = own === undefined
        ? call && restored(call, { nth: calls, isFirst })
        : replacementFor(own);
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
    // The part has another member, which follows this one.
    ? { at: part.start + 1, remove: 0, insert: `"thoughtSignature":${insert},` }
    : { at: old.start, remove: old.end - old.start, insert };
}

function isOnce(object: JsonNode, name: string): boolean {
  return object.members.filter((member) => member.name === name).length < 2;
}
