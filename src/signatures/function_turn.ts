/**
 * The function calls of a conversation's current turn, identified by position.
 *
 * @module
 */
import { hash } from "node:crypto";
import { textOf } from "../gemini/fingerprint.ts";
import type { JsonNode } from "../gemini/json/json_node.ts";
import { signatureOf } from "./thought_signature.ts";
import { parseBounded } from "../gemini/json/parse_bounded.ts";
import { isJsonObject, type JsonObject } from "../base/json.ts";

/** The current turn: all contents after the user's last message. */
export interface Turn {
  /** Index of its first content among the request's. */
  readonly start: number;
  /** Identifies the turn uniquely, across all conversations. */
  readonly key: string;
  /** How many functions have been called in it. */
  readonly calls: number;
}

/** A function call, repeated in a request or made in a response. */
export interface FunctionCall {
  readonly name: string;
  readonly args: JsonNode | undefined;
}

/** Arguments beyond these limits are not compared: they all count as equal. */
const MOST_ARGUMENTS = { bytes: 256 * 1024, values: 20_000 } as const;

/** Longest role that is read, in bytes as written. */
const LONGEST_ROLE = 64;

/** Longest function name that is read, in bytes. */
const LONGEST_NAME = 4096;

/** Whether the response to the request may call functions, or the conversation has called some. */
export function usesFunctions(body: JsonNode): boolean {
  return (body.get("tools")?.list.some(declaresFunctions) ?? false) ||
    contentsOf(body).some((content) => partsOf(content).some(isCall));
}

/**
 * The turn that a request continues. Google requires thought signatures in this turn only.
 *
 * @param body A GenerateContentRequest.
 * @param session The conversation's fingerprint.
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 */
export function currentTurn(body: JsonNode, session: string): Turn {
  const contents = contentsOf(body);
  let start = -1;
  let number = 0;
  let calls = 0;
  for (const [nth, content] of contents.entries()) {
    if (opensTurn(content)) {
      start = nth;
      number++;
      calls = 0;
    } else {
      for (const part of partsOf(content)) if (isCall(part)) calls++;
    }
  }
  const key = digest([session, String(number), textOf(contents[start])]);
  return { start, key, calls };
}

/**
 * The position of a function call: its turn, its number within the turn, and its name and arguments. The order
 * of arguments does not matter.
 *
 * @param turn The turn's key.
 * @param nth Number of the call within its turn, from 0.
 */
export function placeOfCall(turn: string, nth: number, call: FunctionCall): string {
  return digest([turn, String(nth), call.name, canonicalArguments(call.args)]);
}

/** The function call of a part. A part with streamed arguments, which has no name, is not a call. */
export function callOf(part: JsonNode): FunctionCall | undefined {
  const call = part.field("functionCall");
  const name = call?.get("name")?.text(LONGEST_NAME);
  return name === undefined ? undefined : { name, args: call?.get("args") };
}

/** The signatures of a request, in order. */
export function signaturesIn(body: JsonNode): readonly string[] {
  return contentsOf(body).flatMap((content) =>
    partsOf(content).flatMap((part) => signatureOf(part) ?? [])
  );
}

/** The contents of a request. */
export function contentsOf(body: JsonNode): readonly JsonNode[] {
  return body.field("contents")?.list ?? [];
}

/** The parts of a content. */
export function partsOf(content: JsonNode | undefined): readonly JsonNode[] {
  return content?.get("parts")?.list ?? [];
}

function isCall(part: JsonNode): boolean {
  return part.field("functionCall")?.get("name")?.isString ?? false;
}

function declaresFunctions(tool: JsonNode): boolean {
  return tool.field("functionDeclarations") !== undefined;
}

function opensTurn(content: JsonNode): boolean {
  return content.isObject && content.get("role")?.text(LONGEST_ROLE) !== "model" &&
    !partsOf(content).some((part) => part.field("functionResponse")?.isObject);
}

function canonicalArguments(args: JsonNode | undefined): string {
  if (args === undefined || args.isNull) return "{}";
  try {
    const value = parseBounded(args.bytes, MOST_ARGUMENTS);
    return JSON.stringify(value, (_, member) => isJsonObject(member) ? inOrder(member) : member);
  } catch {
    // Too large, or nested deeper than the stack: no client changes such arguments.
    return "";
  }
}

function inOrder(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1));
}

/** Each field is preceded by its length, so that different lists of fields never give the same text. */
function digest(fields: readonly string[]): string {
  return hash("sha256", fields.map((text) => `${text.length}:${text}`).join(""), "base64");
}
