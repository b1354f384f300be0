/**
 * The id that a client gives its conversation in the body. It is for Pollux (and for Code Assist, whose
 * requests have such a field); the other upstreams refuse fields that they do not know.
 *
 * @module
 */
import type { NativeRequest } from "../gemini/native_request.ts";
import { withoutMember } from "../gemini/without_member.ts";

/** Takes the id out, and leaves all else as it came, byte for byte. */
export function withoutSessionId(request: NativeRequest): NativeRequest {
  if (!("sessionId" in request.body) && !("session_id" in request.body)) return request;
  const { sessionId: _camel, session_id: _snake, ...body } = request.body;
  return { bytes: withoutMember(withoutMember(request.bytes, "sessionId"), "session_id"), body };
}
