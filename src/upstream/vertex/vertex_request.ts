/**
 * Rewrites native requests for Vertex AI's schema, which Code Assist follows too: adds a few members that are
 * optional only in the Gemini API. All changes are edits: no other byte changes.
 *
 * @module
 */
import { utf8Bytes } from "../../base/text/text.ts";
import { contentsOf } from "../../signatures/function_turn.ts";
import { joinBytes } from "../../base/join_bytes.ts";
import type { JsonNode } from "../../gemini/json/json_node.ts";
import { type JsonEdit, withEdits } from "../../gemini/json/json_edit.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";

/** The members besides the contents that Vertex AI's token counter accepts. */
const COUNTED = ["systemInstruction", "tools", "generationConfig"] as const;

/** The name of a cache, which the token counter does not accept. */
const CACHE = ["cachedContent", "cached_content"] as const;

/** Longest role that is read, in bytes as written. */
const LONGEST_ROLE = 64;

const EMPTY_LIST = utf8Bytes("[]");

/**
 * The request in Vertex AI's form: every content has a valid role, and there is no `model`. A request that
 * already has this form is unchanged.
 */
export function vertexRequest(request: NativeRequest): Uint8Array {
  return withRoles(request.without(["model"])).bytes;
}

/** The request with a valid role for every content. */
export function withRoles(request: NativeRequest): NativeRequest {
  return request.edited(contentsOf(request.body).flatMap(roleEdits));
}

/**
 * The body of Vertex AI's `countTokens`. It has at the top level the members that the Gemini API has within a
 * `generateContentRequest`, and only those that are counted.
 *
 * @param request The client's body, in either of the two shapes that the Gemini API accepts.
 */
export function vertexCountRequest(request: NativeRequest): Uint8Array {
  const inner = request.body.field("generateContentRequest");
  if (!inner?.isObject) return vertexRequest(request.without(CACHE));
  const contents = inner.get("contents");
  const pieces = [utf8Bytes('{"contents":'), contents ? rolesIn(contents) : EMPTY_LIST];
  for (const name of COUNTED) {
    const value = inner.field(name);
    if (value !== undefined) pieces.push(utf8Bytes(`,"${name}":`), value.bytes);
  }
  return joinBytes([...pieces, utf8Bytes("}")]);
}

/** The edits that give a content without a valid role one that Vertex AI accepts. */
export function roleEdits(content: JsonNode): readonly JsonEdit[] {
  if (!content.isObject) return [];
  const role = content.get("role");
  if (role !== undefined) {
    const { start, end } = role;
    return isInvalidRole(role) ? [{ at: start, remove: end - start, insert: '"user"' }] : [];
  }
  const comma = content.isEmpty ? "" : ",";
  return [{ at: content.start + 1, remove: 0, insert: `"role":"user"${comma}` }];
}

/** The bytes of a value with edits whose positions refer to the whole text. */
export function editedBytes(
  { bytes, start }: JsonNode,
  edits: readonly JsonEdit[],
): Uint8Array {
  if (edits.length === 0) return bytes;
  return withEdits(bytes, edits.map((edit) => ({ ...edit, at: edit.at - start })));
}

function rolesIn(contents: JsonNode): Uint8Array {
  return editedBytes(contents, contents.list.flatMap(roleEdits));
}

/** The Gemini API allows contents without a role, and accepts `function` for a function's result. */
function isInvalidRole(role: JsonNode): boolean {
  if (role.isNull) return true;
  const text = role.text(LONGEST_ROLE);
  return text === "" || text === "function";
}
