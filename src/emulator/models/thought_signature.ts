/**
 * The thought signatures of the emulated models: added to responses, and required in later requests.
 *
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 * @module
 */
import { hash } from "node:crypto";
import type { CatalogueModel } from "./catalogue.ts";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectAt, objectsAt, textAt } from "../json.ts";
import type { Flavour } from "../schema/proto_schema.ts";

/** The model and service that sign. */
export interface Signer {
  readonly model: CatalogueModel;
  readonly flavour: Flavour;
  /** Whether the service is Code Assist, which has Vertex AI's flavour. Default: no. */
  readonly isCodeAssist?: boolean;
  /** The turn that the response belongs to, from {@linkcode turnOf}. Default: none. */
  readonly turn?: string;
}

/** The prefix of every emulated signature: 0x12, as in Google's, and a unique word. */
const MARK = "\x12emulated signature of ";

/**
 * Adds a thought signature to a part if the model has them.
 *
 * @param part A function call, or the last part of a text.
 * @param nth How many functions the current turn called before.
 */
export function signed(part: JsonObject, signer: Signer, nth = 0): JsonObject {
  if (!signer.model.signsThoughts) return part;
  return { ...part, thoughtSignature: btoa(signatureText(part, signer, nth)) };
}

/** Identifies the current turn of a conversation: by its number and the user's words. */
export function turnOf(request: JsonObject): string {
  const contents = objectsAt(request, "contents");
  const openings = contents.filter(opensTurn);
  return digest([openings.length, openings.at(-1)?.["parts"]]);
}

/** The content that opens the current turn: the user's own words. */
export function openingOf(request: JsonObject): JsonObject | undefined {
  return objectsAt(request, "contents").findLast(opensTurn);
}

/** How often functions have been called in the current turn, parallel calls once. */
export function stepsInTurn(request: JsonObject): number {
  return currentTurn(request).filter((content) => callsOf(content).length > 0).length;
}

/** How many functions have been called in the current turn. */
export function callsInTurn(request: JsonObject): number {
  return currentTurn(request).reduce((sum, content) => sum + callsOf(content).length, 0);
}

/**
 * Checks a request's signatures. In the current turn the first call of every model content must have one.
 * An emulated signature must be from this service and model, in the request only once, on the part or a call with the
 * name and arguments that it was made for, and in the current turn in the same place. Google takes one twice, and bills
 * it twice. Other signatures are accepted, since scripts may contain any.
 */
export function brokenSignature(request: JsonObject, signer: Signer): string | undefined {
  if (!signer.model.signsThoughts) return undefined;
  return missingSignature(request) ?? foreignSignature(request, signer);
}

function missingSignature(request: JsonObject): string | undefined {
  const contents = objectsAt(request, "contents");
  const turn = currentTurn(request);
  for (const [index, content] of turn.entries()) {
    const [call] = textAt(content, "role") === "model" ? callsOf(content) : [];
    if (call === undefined || textAt(call, "thoughtSignature")) continue;
    const position = contents.length - turn.length + index + 1;
    return "Function call is missing a thought_signature in functionCall parts. This is required " +
      "for tools to work correctly, and missing thought_signature may lead to degraded model " +
      `performance. Additional data, function call \`default_api:${nameOf(call)}\` , position ` +
      `${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for ` +
      "more details.";
  }
  return undefined;
}

function foreignSignature(request: JsonObject, signer: Signer): string | undefined {
  const calls = currentTurn(request).flatMap(callsOf);
  const own = { ...signer, turn: turnOf(request) };
  const parts = objectsAt(request, "contents").flatMap((content) => objectsAt(content, "parts"));
  const seen = new Set<string>();
  const isForeign = parts.some((part) => {
    const text = decoded(textAt(part, "thoughtSignature") ?? "");
    if (!text.startsWith(MARK)) return false;
    if (seen.has(text)) return true;
    seen.add(text);
    const nth = calls.indexOf(part);
    return nth < 0
      ? !text.startsWith(signatureStart(part, signer))
      : text !== signatureText(part, own, nth);
  });
  return isForeign ? "Corrupted thought signature." : undefined;
}

/** Returns the contents after the last user content without a function's response. */
function currentTurn(request: JsonObject): JsonObject[] {
  const contents = objectsAt(request, "contents");
  return contents.slice(contents.findLastIndex(opensTurn) + 1);
}

function opensTurn(content: JsonObject): boolean {
  return textAt(content, "role") !== "model" &&
    !objectsAt(content, "parts").some((part) => "functionResponse" in part);
}

function callsOf(content: JsonObject): JsonObject[] {
  return objectsAt(content, "parts").filter((part) => "functionCall" in part);
}

function signatureText(part: JsonObject, signer: Signer, nth: number): string {
  return `${signatureStart(part, signer)}${signer.turn ?? ""} ${nth}`;
}

/** The part of a signature that says what was signed: of texts, only that it is one, since clients join them. */
function signatureStart(
  part: JsonObject,
  { model, flavour, isCodeAssist = false }: Signer,
): string {
  const call = objectAt(part, "functionCall");
  const signed = call === undefined ? "text" : `${nameOf(part)} ${digest(call["args"] ?? {})}`;
  return `${MARK}${isCodeAssist ? "code-assist" : flavour} ${model.id} ${signed} `;
}

/** A short text that stands for a JSON value, whatever the order of its members. */
function digest(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, member) =>
      isJsonObject(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => a < b ? -1 : 1))
        : member,
  );
  return hash("sha256", text ?? "", "base64url").slice(0, 8);
}

function nameOf(part: JsonObject): string | undefined {
  return textAt(objectAt(part, "functionCall"), "name");
}

/** Decodes a signature in either base64 alphabet; empty if it is invalid. */
function decoded(signature: string): string {
  try {
    return atob(signature.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return "";
  }
}
