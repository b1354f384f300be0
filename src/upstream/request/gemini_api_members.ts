/**
 * The members of requests that only the Gemini API accepts: other upstreams refuse a request with one of them.
 *
 * @module
 */
import { removals } from "../../gemini/json/removals.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import type { UpstreamCall } from "../upstream.ts";

/**
 * The request of a translated call without these members: the tier, and the permission to use functions beside
 * Google's own tools, for which other upstreams need none. A native client's request is unchanged.
 */
export function withoutGeminiApiMembers(
  { request, isTranslated = false }: Pick<UpstreamCall, "request" | "isTranslated">,
): NativeRequest {
  if (!isTranslated) return request;
  const permission = request.body.get("toolConfig")?.get("includeServerSideToolInvocations");
  const edits = permission === undefined ? [] : removals([permission]);
  return request.without(["serviceTier"]).edited(edits);
}
