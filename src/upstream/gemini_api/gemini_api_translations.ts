/**
 * How the Gemini API serves calls: unchanged, except for bodies in Vertex AI's form.
 *
 * @module
 */
import { METHODS, type TranslationsOf } from "../../gemini/api/methods.ts";
import type { NativeRequest } from "../../gemini/native_request.ts";
import { plainName } from "../../gemini/resources/resources.ts";
import { inNamedScope } from "../faults/named_resource.ts";
import { withCacheNames } from "../request/cache_name.ts";
import { withModel, withSetupModel } from "../request/model_name.ts";
import { pathOfResource } from "../request/resource_path.ts";
import { ofInteraction, withModelId } from "../request/interaction.ts";
import { withoutSessionId } from "../request/session_id.ts";
import { bodyOf, type SendRequest, type Translation } from "../translation.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { operationIn } from "../videos/operation_name.ts";
import { vertexOperation } from "../videos/video_operation.ts";
import { geminiVideos } from "../videos/video_request.ts";
import { nativeCount, nativeEmbed } from "./vertex_body.ts";

/** Without it Google would send a JSON message. */
const MEDIA = "alt=media";

/** Without it Google would send a JSON array. */
const SSE = "alt=sse";

/** Every translation that the method table names for the kind. */
export const GEMINI_API_TRANSLATIONS: {
  readonly [Name in TranslationsOf<"gemini-api">]: Translation;
} = {
  native: (call, send) => sendNative(call, call.request, send),
  count: (call, send) => sendNative(call, fromVertexForm(call, nativeCount), send),
  embed: (call, send) => sendNative(call, fromVertexForm(call, nativeEmbed), send),
  videos: (call, send) => sendNative(call, fromVertexForm(call, geminiVideos), send),
  /** An operation, for a client that reads it as Vertex AI's. */
  async fetchOperation(call, send) {
    const resource = plainName(operationIn(call.request));
    const read: UpstreamCall = { ...call, method: "models.operations.get", resource, query: "" };
    return vertexOperation(await send(read, { path: pathOfResource(read) }));
  },
  createCache(call, send) {
    const body = withModel(call.request, call.model);
    return send(call, { path: pathOfResource(call), body });
  },
  /** A method of a cache. */
  cache(call, send) {
    const path = pathOfResource({ ...call, resource: plainName(call.resource) });
    return send(call, { path, body: bodyOf(call) });
  },
  /** A method of interactions, or one with a model in its body. */
  interaction(call, send) {
    const path = pathOfResource({ ...call, resource: plainName(call.resource) });
    return ofInteraction(call, (body) => send(call, { path, body }));
  },
  /** A method of a stored resource. */
  resource: (call, send) => send(call, { path: pathOfResource(call), body: bodyOf(call) }),
  /** A call of the endpoint for OpenAI's clients. */
  openai(call, send) {
    const { path } = METHODS[call.method];
    return send(call, { path, body: withModelId(call).bytes, isBearer: true });
  },
  /** A turn of a conversation with a model that is a stored resource. */
  turn(call, send) {
    const isStream = METHODS[call.method].response === "stream";
    const path = pathOfResource({ ...call, query: isStream ? SSE : "" });
    return send(call, { path, body: withoutSessionId(call.request).bytes });
  },
  /** The content of a stored resource. */
  download(call, send) {
    const { query, range } = call;
    const isAsked = new URLSearchParams(query).has("alt");
    const media = query === "" ? MEDIA : `${query}&${MEDIA}`;
    const path = pathOfResource({ ...call, query: isAsked ? query : media });
    return send(call, { path, headers: range });
  },
  /** A Live session. Google takes ephemeral tokens under a name of their own only. */
  live(call, send) {
    const { version, token, request, model } = call;
    const action = token === undefined ? "BidiGenerateContent" : "BidiGenerateContentConstrained";
    const service = `google.ai.generativelanguage.${version}.GenerativeService`;
    const body = withSetupModel(request, `models/${model}`);
    return send(call, { socket: `ws/${service}.${action}`, body });
  },
  /** The content of a resource, or its JSON, as the client asks. */
  content: (call, send) => send(call, { path: pathOfResource(call), headers: call.range }),
  /** A request of an upload: its start, a chunk, or the whole file. */
  async upload(call, send) {
    const { method, transfer } = call;
    if (transfer === undefined) throw new TypeError(`A call of "${method}" uploads nothing`);
    try {
      return await send(call, { path: pathOfResource(call), transfer });
    } catch (error) {
      throw transfer.url === undefined ? error : faultOfUpload(error);
    }
  },
};

/** The request of a call, rewritten if it is in Vertex AI's form. */
function fromVertexForm(
  { request, model, isVertexForm }: UpstreamCall,
  rewrite: (request: NativeRequest, model: string) => NativeRequest,
): NativeRequest {
  return isVertexForm ? rewrite(request, model) : request;
}

function sendNative(
  call: UpstreamCall,
  request: NativeRequest,
  send: SendRequest,
): Promise<UpstreamResponse> {
  const named = withCacheNames(withoutSessionId(request), plainName);
  return send(call, { action: call.method, body: withModel(named, call.model) });
}

/** A refused chunk concerns its upload, as a rule because that has ended: the account is not at fault. */
function faultOfUpload(error: unknown): unknown {
  return inNamedScope(
    error,
    ({ scope, owner }) => owner !== "credential" && (scope === "model" || scope === "account"),
  );
}
