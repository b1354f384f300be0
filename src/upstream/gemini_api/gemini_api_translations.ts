/**
 * How the Gemini API serves calls: unchanged, except for bodies in Vertex AI's form.
 *
 * @module
 */
import type { TranslationsOf } from "../../gemini/api/methods.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import { withModel } from "../model_name.ts";
import { pathOfResource } from "../resource_path.ts";
import { withoutSessionId } from "../session_id.ts";
import type { SendRequest, Translation } from "../translation.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { nativeCount, nativeEmbed } from "./vertex_body.ts";

/** Every translation that the method table names for the kind. */
export const GEMINI_API_TRANSLATIONS: {
  readonly [Name in TranslationsOf<"gemini-api">]: Translation;
} = {
  native: (call, send) => sendNative(call, call.request, send),
  count: (call, send) => sendNative(call, nativeCount(call.request, call.model), send),
  embed: (call, send) => sendNative(call, nativeEmbed(call.request, call.model), send),
  /** A method of a stored resource, without a body. */
  resource(call, send) {
    const { resource, query } = call;
    const path = pathOfResource(resource);
    return send(call, { path: query === "" ? path : `${path}?${query}` });
  },
};

function sendNative(
  call: UpstreamCall,
  request: NativeRequest,
  send: SendRequest,
): Promise<UpstreamResponse> {
  const body = withModel(withoutSessionId(request), call.model);
  return send(call, { action: call.method, body });
}
