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
} from "../gemini/function_turn.ts";
import { type JsonEdit, withEdits } from "../gemini/json_edit.ts";
import { jsonItems, jsonMember } from "../gemini/json_member.ts";
import { isJsonObject, type JsonObject } from "../gemini/json_object.ts";
import type { NativeRequest } from "../gemini/native_request.ts";
import { PLACEHOLDER, signatureOf } from "../gemini/thought_signature.ts";
import type { Signatures } from "../pool/signatures.ts";

const OPEN_BRACE = 0x7b;

/** For whom a request is dressed. */
export interface Dress {
  readonly signatures: Signatures;
  /** The conversation's fingerprint. */
  readonly session: string;
  /** The upstream's kind, and the model. */
  readonly origin: string;
  /** Whether this upstream has just refused the request over its signatures. */
  readonly refused: boolean;
}

/** A part that is to get another signature. */
interface Change {
  readonly content: number;
  readonly part: number;
  readonly signature: string;
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
export function dressSignatures(request: NativeRequest, dress: Dress): NativeRequest {
  const changes = changesOf(request.body, dress);
  if (changes.length === 0) return request;
  const edits = editsOf(request.bytes, changes).filter(isFound);
  // A list that is there twice is not read alike by all: such a request is left alone.
  return edits.length < changes.length ? request : {
    bytes: withEdits(request.bytes, edits),
    body: withChanges(request.body, changes),
  };
}

function changesOf(body: JsonObject, dress: Dress): Change[] {
  const { signatures, session, origin, refused } = dress;
  const turn = currentTurn(body, session);
  const wary = refused || signatures.wasRefused(session, origin);
  const changes: Change[] = [];
  let calls = 0;

  /** What is to take the place of a part's own signature, if anything is. */
  function inPlaceOf(own: string): string | undefined {
    const giver = refused ? undefined : signatures.originOf(own);
    const isForeign = giver === undefined ? wary : giver !== origin;
    return isForeign && own !== PLACEHOLDER ? PLACEHOLDER : undefined;
  }

  /** What a call without signature is to get, if anything. */
  function missing(call: FunctionCall, at: { nth: number; isFirst: boolean }): string | undefined {
    const place = placeOfCall(turn.key, at.nth, call);
    const known = refused ? undefined : signatures.at(place);
    if (known !== undefined) return known.origin === origin ? known.value : PLACEHOLDER;
    // Of calls that are made at once, only the first is signed.
    return wary && at.isFirst ? PLACEHOLDER : undefined;
  }

  for (const [nth, content] of contentsOf(body).entries()) {
    let isFirst = true;
    for (const [index, part] of partsOf(content).entries()) {
      if (!isJsonObject(part)) continue;
      const call = nth > turn.start ? callOf(part) : undefined;
      const own = signatureOf(part);
      const signature = own === undefined
        ? call && missing(call, { nth: calls, isFirst })
        : inPlaceOf(own);
      if (call !== undefined) {
        isFirst = false;
        calls++;
      }
      if (signature !== undefined) changes.push({ content: nth, part: index, signature });
    }
  }
  return changes;
}

/** The changes, as places in the request's bytes; `undefined` for a part that is not found there. */
function editsOf(bytes: Uint8Array, changes: readonly Change[]): (JsonEdit | undefined)[] {
  const contents = itemsOf(jsonMember(bytes, "contents"));
  let parts: readonly Uint8Array[] = [];
  let content = -1;
  return changes.map((change) => {
    if (change.content !== content) parts = itemsOf(memberOf(contents[change.content], "parts"));
    content = change.content;
    return editOf(parts[change.part], { signature: change.signature, offset: bytes.byteOffset });
  });
}

/** Signs one part of those bytes that start at `offset` of their buffer. */
function editOf(
  part: Uint8Array | undefined,
  { signature, offset }: { readonly signature: string; readonly offset: number },
): JsonEdit | undefined {
  if (part?.[0] !== OPEN_BRACE) return undefined;
  const old = jsonMember(part, "thoughtSignature") ?? jsonMember(part, "thought_signature");
  const insert = JSON.stringify(signature);
  return old === undefined
    // The part has another member, which comes after this one.
    ? { at: part.byteOffset - offset + 1, remove: 0, insert: `"thoughtSignature":${insert},` }
    : { at: old.byteOffset - offset, remove: old.length, insert };
}

function isFound(edit: JsonEdit | undefined): edit is JsonEdit {
  return edit !== undefined;
}

function memberOf(json: Uint8Array | undefined, name: string): Uint8Array | undefined {
  return json?.[0] === OPEN_BRACE ? jsonMember(json, name) : undefined;
}

/** A list's items; what is no list stands for one of itself. */
function itemsOf(json: Uint8Array | undefined): readonly Uint8Array[] {
  return json === undefined ? [] : jsonItems(json) ?? [json];
}

/** The changes, in the parsed body. */
function withChanges(body: JsonObject, changes: readonly Change[]): JsonObject {
  const contents = contentsOf(body).map((content, nth) => {
    const own = changes.filter((change) => change.content === nth);
    return own.length === 0 || !isJsonObject(content) ? content : {
      ...content,
      parts: partsOf(content).map((part, index) => {
        const change = own.find((change) => change.part === index);
        return change === undefined || !isJsonObject(part) ? part : withSignature(part, change);
      }),
    };
  });
  return { ...body, contents };
}

function withSignature(part: JsonObject, { signature }: Change): JsonObject {
  const { thought_signature: _, ...rest } = part;
  return { ...rest, thoughtSignature: signature };
}
