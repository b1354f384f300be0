/**
 * Calls of the operation of Responses, without a gateway.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { JsonObject } from "../../../../src/base/json.ts";
import { OPENAI_RESPONSES } from "../../../../src/formats/openai/responses/responses.ts";
import type { EventTranslator, OperationContext } from "../../../../src/formats/operation.ts";
import { fieldOf } from "../../../../src/formats/shared/fields/invalid_field.ts";
import { RpcError } from "../../../../src/gemini/errors/rpc_error.ts";
import { eventsOf } from "./event_grammar.ts";
import { testContext } from "./operation_context.ts";

/** The model that is asked unless a request says otherwise. */
export const MODEL = "gemini-3-flash";

/** The native request for a request. */
export function nativeOf(body: JsonObject, context: OperationContext = testContext()): JsonObject {
  const { calls: [call] } = OPENAI_RESPONSES.read({ model: MODEL, ...body }, context);
  return call?.body ?? assert.fail();
}

/** The object of a whole response. */
export function wholeOf(
  response: JsonObject,
  body: JsonObject = {},
  context: OperationContext = testContext(),
): JsonObject {
  const reading = OPENAI_RESPONSES.read({ model: MODEL, input: "hi", ...body }, context);
  if (reading.response.type !== "whole") assert.fail();
  const written = reading.response.translate([response]);
  return "json" in written ? written.json : assert.fail();
}

/** The events of a stream of chunks. */
export function eventsFor(
  chunks: readonly JsonObject[],
  body: JsonObject = {},
  context: OperationContext = testContext(),
): JsonObject[] {
  const request = { model: MODEL, input: "hi", stream: true, ...body };
  const { response } = OPENAI_RESPONSES.read(request, context);
  if (response.type !== "stream") assert.fail();
  const translator = response.translator();
  return eventsOf(chunks.map((chunk) => translator.chunk(chunk)).join("") + endOf(translator));
}

/** The last frames, as the gateway gets them. */
function endOf(translator: EventTranslator): string {
  try {
    return translator.end();
  } catch (error) {
    if (error instanceof RpcError) return translator.error(error);
    throw error;
  }
}

/** A chunk, or a whole response, of some parts. */
export function responseWith(parts: readonly JsonObject[], more: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: "model", parts }, finishReason: "STOP", ...more }] };
}

/** Why a request is refused. */
export function refusalOf(body: JsonObject): { field: string | undefined; message: string } {
  try {
    OPENAI_RESPONSES.read({ model: MODEL, input: "hi", ...body }, testContext());
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    assert.equal(error.status, "INVALID_ARGUMENT");
    return { field: fieldOf(error), message: error.message };
  }
  assert.fail("the request was not refused");
}

/** A function. */
export const WEATHER = {
  type: "function",
  name: "weather",
  description: "The weather",
  strict: true,
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
