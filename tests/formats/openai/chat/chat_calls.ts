/**
 * Calls the chat operation directly.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../../src/base/json.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import type {
  EventTranslator,
  KeptToolCall,
  Operation,
  OperationContext,
  Reading,
} from "../../../../src/formats/operation.ts";
import { CHAT_OPERATION } from "../../../../src/formats/openai/chat/chat_operation.ts";
import { fieldOf } from "../../../../src/formats/shared/fields/invalid_field.ts";

/** The moment of every test, in ms since the epoch. */
export const NOW_MS = 1_800_000_000_000;

/** A model that signs its calls, and one that does not. */
export const GEMINI_3 = "gemini-3-flash-preview";
export const GEMINI_2 = "gemini-2.5-flash";

/** A context that keeps tool calls as `call_0`, `call_1`, … */
export function testContext(kept = new Map<string, KeptToolCall>()): OperationContext {
  let ids = 0;
  return {
    resolveModel: (name) => name.replace(/^models\//, ""),
    keptCall: (id) => kept.get(id),
    keepCall: (call, prefix) => {
      const id = `${prefix}${kept.size}`;
      kept.set(id, call);
      return id;
    },
    previousContents: undefined,
    keepExchange: () => {},
    newId: (prefix) => `${prefix}new${ids++}`,
    nowMs: NOW_MS,
  };
}

/** What a call is made with; the operation is the chat's by default. */
export interface CallMeans {
  readonly context?: OperationContext;
  readonly operation?: Operation;
}

/** Reads a request: a model and a message are added where they are missing. */
export function readCall(
  body: JsonObject,
  { context = testContext(), operation = CHAT_OPERATION }: CallMeans = {},
): Reading {
  const usual = operation === CHAT_OPERATION
    ? { messages: [{ role: "user", content: "hi" }] }
    : { prompt: "hi" };
  return operation.read({ model: GEMINI_2, ...usual, ...body }, context);
}

/** The native request of a request. */
export function nativeOf(body: JsonObject, means: CallMeans = {}): JsonObject {
  const { calls: [call] } = readCall(body, means);
  assert.ok(call);
  return call.body;
}

/** The contents of messages. */
export function contentsOf(messages: readonly JsonObject[], body: JsonObject = {}): unknown {
  return nativeOf({ messages, ...body }).contents;
}

/** Asserts that a request is refused with a 400, and returns the field that the error names. */
export function refusedField(body: JsonObject, means: CallMeans = {}): string | undefined {
  try {
    readCall(body, means);
  } catch (error) {
    assert.ok(error instanceof RpcError, String(error));
    assert.equal(error.code, 400);
    assert.equal(error.status, "INVALID_ARGUMENT");
    return fieldOf(error);
  }
  assert.fail(`Not refused: ${JSON.stringify(body)}`);
}

/** The response to a request. */
export function respond(
  body: JsonObject,
  response: JsonObject,
  means: CallMeans = {},
): JsonObject {
  const reading = readCall(body, means);
  assert.ok(reading.response.type === "whole");
  const translated = reading.response.translate([response]);
  assert.ok("json" in translated);
  return translated.json;
}

/** The translator of a stream. */
export function translatorOf(body: JsonObject = {}, means: CallMeans = {}): EventTranslator {
  const { response } = readCall({ stream: true, ...body }, means);
  assert.ok(response.type === "stream");
  return response.translator();
}

/** The text of a whole stream. */
export function streamText(
  body: JsonObject,
  chunks: readonly JsonObject[],
  means: CallMeans = {},
): string {
  const translator = translatorOf(body, means);
  return chunks.map((chunk) => translator.chunk(chunk)).join("") + translator.end();
}

/** The frames of a stream's text; `[DONE]` is the end of one. */
export function framesOf(text: string): JsonObject[] {
  const frames = text.split("\n\n");
  assert.equal(frames.pop(), "", "the last frame is whole");
  return frames.filter((frame) => frame !== "data: [DONE]").map((frame) => {
    assert.ok(frame.startsWith("data: ") && !frame.includes("\n"), frame);
    const value: unknown = JSON.parse(frame.slice("data: ".length));
    assert.ok(isJsonObject(value));
    return value;
  });
}

/** The choices of all frames. */
export function choicesIn(value: JsonObject | readonly JsonObject[]): JsonObject[] {
  const all: readonly JsonObject[] = Array.isArray(value) ? value : [value];
  return all.flatMap(({ choices }) => {
    assert.ok(Array.isArray(choices));
    return choices.filter(isJsonObject);
  });
}

/** The deltas of a stream, without those that say nothing. */
export function deltasOf(
  body: JsonObject,
  chunks: readonly JsonObject[],
  means: CallMeans = {},
): JsonObject[] {
  return choicesIn(framesOf(streamText(body, chunks, means))).map(({ delta }) => {
    assert.ok(isJsonObject(delta));
    return delta;
  }).filter((delta) => Object.keys(delta).length > 0);
}

/** The first choice of a response. */
export function choiceOf(response: JsonObject): JsonObject {
  const [choice] = choicesIn(response);
  assert.ok(choice);
  return choice;
}

/** The message of a response's first choice. */
export function messageOf(response: JsonObject): JsonObject {
  const { message } = choiceOf(response);
  assert.ok(isJsonObject(message));
  return message;
}

/** A native response of one candidate. */
export function nativeResponse(
  parts: readonly JsonObject[],
  members: JsonObject = { finishReason: "STOP" },
): JsonObject {
  return {
    candidates: [{ index: 0, content: { role: "model", parts }, ...members }],
    modelVersion: GEMINI_3,
    responseId: "abc",
  };
}
