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
  const edits: JsonEdit[] = [];
  addEdits(edits, request.body, { place: BODY, name: `models/${model}` });
  return request.edited(edits).bytes;
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

/** A place in a body. */
interface Place {
  /** Whether the message there names the model. */
  readonly namesModel: boolean;
  /** The places within it, by the names of their members in both spellings. */
  readonly inner: ReadonlyMap<string, Place>;
}

const MESSAGE = placeOf({}, { namesModel: true });
const INLINED = placeOf({ requests: placeOf({ requests: placeOf({ request: MESSAGE }) }) });

/** Where the messages within a body are that name the model. */
const BODY = placeOf({
  generateContentRequest: MESSAGE,
  requests: MESSAGE,
  batch: placeOf({ inputConfig: INLINED }, { namesModel: true }),
}, { namesModel: true });

function placeOf(
  members: Readonly<Record<string, Place>>,
  { namesModel }: Pick<Place, "namesModel"> = { namesModel: false },
): Place {
  const inner = Object.entries(members).flatMap(([name, place]) =>
    spellings(name).map((spelling) => [spelling, place] as const)
  );
  return { namesModel, inner: new Map(inner) };
}

/** Adds the edits of a message, or of the messages in a list, in one pass. */
function addEdits(
  edits: JsonEdit[],
  node: JsonNode,
  { place: { namesModel, inner }, name }: { readonly place: Place; readonly name: string },
): void {
  for (const message of node.list) {
    if (namesModel) edits.push(...editsOf(message, name));
    if (inner.size === 0) continue;
    for (const member of message.members) {
      const place = inner.get(member.name);
      if (place !== undefined) addEdits(edits, member, { place, name });
    }
  }
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
