/**
 * The conversation id that a client sends in the body. It is for Pollux (and for Code Assist, whose requests
 * have such a field); the other upstreams reject unknown fields.
 *
 * @module
 */
import type { NativeRequest } from "../../gemini/native_request.ts";

/** Removes every occurrence of the id and leaves all other bytes unchanged. */
export function withoutSessionId(request: NativeRequest): NativeRequest {
  return request.without(["sessionId", "session_id"]);
}
