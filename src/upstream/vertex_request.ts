/**
 * A native request as Vertex AI's schema has it, which Code Assist follows too: a few things are filled
 * in that only the Gemini API lets a client leave out.
 *
 * @module
 */
import { field, isJsonObject, type JsonObject } from "../gemini/json_object.ts";
import type { NativeRequest } from "../gemini/native_request.ts";

/** What costs tokens, and all that Vertex AI's counter takes. */
const COUNTED = ["contents", "systemInstruction", "tools", "generationConfig"] as const;

const encoder = new TextEncoder();

/**
 * The request as Vertex AI takes it: every content has one of its roles, and no `model` is there. One
 * that is so already is left as it came, byte for byte.
 */
export function vertexRequest({ bytes, body }: NativeRequest): Uint8Array {
  const contents = listOf(field(body, "contents"));
  const rolesDiffer = contents.some(lacksRole);
  if (!rolesDiffer && !("model" in body)) return bytes;
  const { model: _, ...rest } = body;
  const changed = rolesDiffer ? { contents: contents.map(withRole) } : {};
  return encoder.encode(JSON.stringify({ ...rest, ...changed }));
}

/**
 * The body of Vertex AI's `countTokens`. It takes at the top what the Gemini API takes within a
 * `generateContentRequest`, and of that only what is counted.
 *
 * @param request The client's body, of either of the two shapes that the Gemini API takes.
 */
export function vertexCountRequest(request: NativeRequest): Uint8Array {
  const inner = field(request.body, "generateContentRequest");
  if (!isJsonObject(inner)) return vertexRequest(request);
  const counted = COUNTED.map((name) => [name, field(inner, name)]);
  const { contents, ...rest } = Object.fromEntries(counted);
  return encoder.encode(JSON.stringify({ contents: listOf(contents).map(withRole), ...rest }));
}

/** A content with a role that Vertex AI knows. */
export function withRole(content: unknown): unknown {
  return lacksRole(content) ? { ...content, role: "user" } : content;
}

/** A repeated field's values: proto3 JSON, as Google reads it, takes a single one without its list. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The Gemini API lets a role be left out, and takes `function` for a function's answer. */
function lacksRole(content: unknown): content is JsonObject {
  if (!isJsonObject(content)) return false;
  const { role } = content;
  return role === undefined || role === "" || role === "function";
}
