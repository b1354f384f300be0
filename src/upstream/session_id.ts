/**
 * The id that a client gives its conversation in the body. It is for Pollux (and for Code Assist, whose
 * requests have such a field); the Gemini API refuses fields that it does not know.
 *
 * @module
 */
import type { NativeRequest } from "../gemini/native_request.ts";

const encoder = new TextEncoder();

/** Takes the id out. A body without one is left as it came, byte for byte. */
export function withoutSessionId(request: NativeRequest): NativeRequest {
  if (!("sessionId" in request.body) && !("session_id" in request.body)) return request;
  const { sessionId: _, session_id: __, ...body } = request.body;
  return { bytes: encoder.encode(JSON.stringify(body)), body };
}
