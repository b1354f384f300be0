/**
 * Sets the model's name in request bodies. Clients may name the model in the body as well as in the path; after
 * aliasing the two would contradict each other.
 *
 * @module
 */
import type { JsonNode } from "../../gemini/json/json_node.ts";
import type { JsonEdit } from "../../gemini/json/json_edit.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";

/** Longest model name that is read, in bytes. */
const LONGEST_NAME = 4096;

/** Ids that need no encoding in a path: nearly all. */
const PLAIN_ID = /^[\w.-]+$/;

/**
 * Replaces the model's name in a body with that of the path. Only the names change; a body without a name, or
 * with the same one, keeps all its bytes.
 *
 * @param request The client's body.
 * @param model Model id without `models/`.
 */
export function withModel(request: NativeRequest, model: string): Uint8Array {
  const name = `models/${model}`;
  const { body } = request;
  const messages = MESSAGES.flatMap((path) => messagesAt(body, path));
  return request.edited([body, ...messages].flatMap((message) => editsOf(message, name))).bytes;
}

/**
 * Replaces the model's name in the first message of a Live session.
 *
 * @param request The message.
 * @param name The name for the account.
 */
export function withSetupModel(request: NativeRequest, name: string): Uint8Array {
  const setup = request.body.get("setup");
  return request.edited(setup === undefined ? [] : editsOf(setup, name)).bytes;
}

/**
 * A model id as part of a path: its slashes are kept, other characters that are invalid in a path are encoded.
 */
export function pathOfModel(model: string): string {
  if (PLAIN_ID.test(model)) return model;
  return model.split("/").map(encodeURIComponent).join("/");
}

/** Where the messages within a body are that name the model, by the spellings of each member on the way. */
const MESSAGES = [
  ["generateContentRequest"],
  ["requests"],
  ["batch"],
  ["batch", "inputConfig", "requests", "requests", "request"],
].map((path) => path.map(spellings));

/** The messages at a path; lists on the way are entered. */
function messagesAt(
  message: JsonNode,
  [names, ...rest]: readonly (readonly string[])[],
): readonly JsonNode[] {
  if (names === undefined) return message.list;
  return message.list.flatMap((item) =>
    item.members.filter(({ name }) => names.includes(name))
      .flatMap((member) => messagesAt(member, rest))
  );
}

/** A name in the spellings that proto3 JSON accepts. */
function spellings(camel: string): readonly string[] {
  return [camel, camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function editsOf(message: JsonNode, name: string): JsonEdit[] {
  return message.members
    .filter((member) => member.name === "model" && member.text(LONGEST_NAME) !== name)
    .map(({ start, end }) => ({ at: start, remove: end - start, insert: JSON.stringify(name) }));
}
