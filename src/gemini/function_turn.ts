/**
 * The function calls of a conversation's current turn, each known by its place.
 *
 * @module
 */
import { hash } from "node:crypto";
import { textOf } from "./fingerprint.ts";
import { field, isJsonObject, type JsonObject } from "./json_object.ts";

/** The current turn: all that follows the last words of the user's. */
export interface Turn {
  /** Index of its first content among the request's. */
  readonly start: number;
  /** Tells the turn from all others, of this and of any other conversation. */
  readonly key: string;
  /** How many functions have been called in it. */
  readonly calls: number;
}

/** A function call, as a request repeats it or an answer makes it. */
export interface FunctionCall {
  readonly name: string;
  readonly args: unknown;
}

/** Whether an answer to the request may call functions, or the conversation has called some. */
export function usesFunctions(body: JsonObject): boolean {
  return listOf(body["tools"]).some(declaresFunctions) ||
    contentsOf(body).some((content) => partsOf(content).some((part) => callOf(part) !== undefined));
}

/**
 * The turn that a request goes on with. Google demands thought signatures in this turn alone.
 *
 * @param body A GenerateContentRequest.
 * @param session The conversation's fingerprint.
 * @see {@link https://ai.google.dev/gemini-api/docs/thought-signatures}
 */
export function currentTurn(body: JsonObject, session: string): Turn {
  const contents = contentsOf(body);
  const start = contents.findLastIndex(opensTurn);
  const number = contents.filter(opensTurn).length;
  const calls = contents.slice(start + 1)
    .flatMap((content) => partsOf(content))
    .filter((part) => callOf(part) !== undefined);
  const key = digest([session, String(number), textOf(contents[start])]);
  return { start, key, calls: calls.length };
}

/**
 * The place of a function call: its turn, how many calls came before it there, and what it calls.
 * Arguments are the same in whatever order a client writes them.
 *
 * @param turn The turn's key.
 * @param nth Number of the call within its turn, from 0.
 */
export function placeOfCall(turn: string, nth: number, call: FunctionCall): string {
  return digest([turn, String(nth), call.name, spelledOut(call.args ?? {})]);
}

/** The function call of a part. A piece of streamed arguments, which has no name, is none. */
export function callOf(part: unknown): FunctionCall | undefined {
  if (!isJsonObject(part)) return undefined;
  const call = field(part, "functionCall");
  if (!isJsonObject(call) || typeof call["name"] !== "string") return undefined;
  return { name: call["name"], args: call["args"] };
}

/** The contents of a request. */
export function contentsOf(body: JsonObject): readonly unknown[] {
  return listOf(field(body, "contents"));
}

/** The parts of a content. */
export function partsOf(content: unknown): readonly unknown[] {
  return isJsonObject(content) ? listOf(content["parts"]) : [];
}

function declaresFunctions(tool: unknown): boolean {
  return isJsonObject(tool) && field(tool, "functionDeclarations") !== undefined;
}

function opensTurn(content: unknown): boolean {
  return isJsonObject(content) && content["role"] !== "model" &&
    !partsOf(content).some((part) => isJsonObject(part) && field(part, "functionResponse"));
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function spelledOut(value: unknown): string {
  try {
    return JSON.stringify(value, (_, member) => isJsonObject(member) ? inOrder(member) : member);
  } catch {
    // Nested deeper than the stack: no client keeps such arguments as they are.
    return "";
  }
}

function inOrder(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1));
}

/** Lengths go first, so that no text can pretend to be the end of one field and the start of the next. */
function digest(fields: readonly string[]): string {
  return hash("sha256", fields.map((text) => `${text.length}:${text}`).join(""), "base64");
}
