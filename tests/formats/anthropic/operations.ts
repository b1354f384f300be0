/**
 * Anthropic's operations for tests, without a gateway.
 *
 * @module
 */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../../src/base/json.ts";
import { COUNT_TOKENS_OPERATION } from "../../../src/formats/anthropic/messages/count_tokens_operation.ts";
import { MESSAGES_OPERATION } from "../../../src/formats/anthropic/messages/messages_operation.ts";
import type { KeptToolCall, OperationContext, Reading } from "../../../src/formats/operation.ts";
import { fieldOf } from "../../../src/formats/shared/fields/invalid_field.ts";
import { RpcError } from "../../../src/gemini/errors/rpc_error.ts";

/** A model that signs its thoughts and gives its calls ids. */
export const MODEL = "gemini-3.6-flash";

/** A context that counts, so that its ids are known. */
export class TestContext implements OperationContext {
  readonly kept = new Map<string, KeptToolCall>();
  readonly previousContents = undefined;
  readonly nowMs = 0;
  #count = 0;

  resolveModel = (name: string) => name;

  keptCall = (id: string) => this.kept.get(id.slice(id.indexOf("_") + 1));

  keepCall = (call: KeptToolCall, prefix: string) => {
    const key = this.#next(22);
    this.kept.set(key, call);
    return prefix + key;
  };

  keepExchange = () => {};

  newId = (prefix: string) => prefix + this.#next(24);

  #next(length: number): string {
    return String(++this.#count).padStart(length, "0");
  }
}

/** A request for a message, with the least fields. */
export function requestWith(members: JsonObject = {}): JsonObject {
  return {
    model: MODEL,
    max_tokens: 100,
    messages: [{ role: "user", content: "hello" }],
    ...members,
  };
}

/** Reads a request for a message. */
export function read(members: JsonObject = {}, context = new TestContext()): Reading {
  return MESSAGES_OPERATION.read(requestWith(members), context);
}

/** The native request for a request for a message. */
export function nativeOf(members: JsonObject = {}, context = new TestContext()): JsonObject {
  const [call] = read(members, context).calls;
  assert.ok(call);
  return call.body;
}

/** The native contents for messages. */
export function contentsOf(
  messages: readonly JsonObject[],
  { context = new TestContext(), ...members }: JsonObject & {
    readonly context?: TestContext;
  } = {},
): unknown {
  return nativeOf({ messages, ...members }, context).contents;
}

/** The native parts for blocks of the user. */
export function partsOf(content: readonly JsonObject[]): unknown {
  const [first]: readonly unknown[] = Object.values(contentsOf([{ role: "user", content }]) ?? {});
  return isJsonObject(first) ? first.parts : undefined;
}

/** The field that the refusal of a request names. */
export function refusedField(members: JsonObject, context = new TestContext()): string | undefined {
  try {
    MESSAGES_OPERATION.read(requestWith(members), context);
  } catch (error) {
    assert.ok(error instanceof RpcError && error.status === "INVALID_ARGUMENT", String(error));
    assert.ok(error.message.length > 10);
    return fieldOf(error);
  }
  assert.fail(`Not refused: ${JSON.stringify(members)}`);
}

/** The whole message for a native response. */
export function messageFor(
  response: JsonObject,
  members: JsonObject = {},
  context = new TestContext(),
) {
  const reading = read(members, context);
  assert.equal(reading.response.type, "whole");
  assert.ok(reading.response.type === "whole");
  const body = reading.response.translate([response]);
  assert.ok("json" in body);
  return body.json;
}

/** The text of a stream for native chunks. */
export function streamFor(
  chunks: readonly JsonObject[],
  members: JsonObject = {},
  context = new TestContext(),
): string {
  const reading = read({ ...members, stream: true }, context);
  assert.ok(reading.response.type === "stream");
  const translator = reading.response.translator();
  return chunks.map((chunk) => translator.chunk(chunk)).join("") + translator.end();
}

/** A native response, or a chunk, with these parts. */
export function responseWith(parts: readonly JsonObject[], members: JsonObject = {}): JsonObject {
  return { candidates: [{ content: { role: "model", parts }, ...members }] };
}

export { COUNT_TOKENS_OPERATION, MESSAGES_OPERATION };
