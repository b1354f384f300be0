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
  const { members } = request.body;
  const inner = members.filter((member) => INNER.includes(member.name));
  const batch = members.filter((member) => member.name === BATCH).flatMap(({ list }) => list);
  const edits = [request.body, ...inner, ...batch].flatMap((message) => editsOf(message, name));
  return request.edited(edits).bytes;
}

/**
 * A model id as part of a path: its slashes are kept, other characters that are invalid in a path are encoded.
 */
export function pathOfModel(model: string): string {
  if (PLAIN_ID.test(model)) return model;
  return model.split("/").map(encodeURIComponent).join("/");
}

/** The requests of a batch, each of which names the model. */
const BATCH = "requests";

const INNER: readonly string[] = ["generateContentRequest", "generate_content_request"];

function editsOf(message: JsonNode, name: string): JsonEdit[] {
  return message.members
    .filter((member) => member.name === "model" && member.text(LONGEST_NAME) !== name)
    .map(({ start, end }) => ({ at: start, remove: end - start, insert: JSON.stringify(name) }));
}
