/**
 * The model as a body names it. Clients may name it there besides the path; after aliasing the two
 * would contradict each other.
 *
 * @module
 */
import { field, isJsonObject, type JsonObject } from "../gemini/json_object.ts";
import type { NativeRequest } from "../gemini/native_request.ts";

const encoder = new TextEncoder();

/** Ids that a path holds as they are: nearly all. */
const PLAIN_ID = /^[\w.-]+$/;

/**
 * Makes a body name the model that the path names. A body that names none, or the same, is left as it
 * came, byte for byte.
 *
 * @param request The client's body.
 * @param model Model id without `models/`.
 */
export function withModel(request: NativeRequest, model: string): Uint8Array {
  const name = `models/${model}`;
  const inner = field(request.body, "generateContentRequest");
  const innerOff = isJsonObject(inner) && isOther(inner, name);
  if (!innerOff && !isOther(request.body, name)) return request.bytes;
  const body: Record<string, unknown> = { ...request.body };
  if (isOther(request.body, name)) body["model"] = name;
  if (innerOff) {
    delete body["generate_content_request"];
    body["generateContentRequest"] = { ...inner, model: name };
  }
  return encoder.encode(JSON.stringify(body));
}

/** A model id as part of a path: its slashes stay, all else that a path can't hold is encoded. */
export function pathOfModel(model: string): string {
  if (PLAIN_ID.test(model)) return model;
  return model.split("/").map(encodeURIComponent).join("/");
}

function isOther(message: JsonObject, name: string): boolean {
  const own = message["model"];
  return own !== undefined && own !== name;
}
