/**
 * The id that a client gives its conversation in the body. It is for Pollux (and for Code Assist, whose
 * requests have such a field); the other upstreams refuse fields that they do not know.
 *
 * @module
 */
import type { NativeRequest } from "../gemini/native_request.ts";

/** Takes the id out, however often it is there, and leaves all else as it came, byte for byte. */
export function withoutSessionId(request: NativeRequest): NativeRequest {
  return request.without(["sessionId", "session_id"]);
}
