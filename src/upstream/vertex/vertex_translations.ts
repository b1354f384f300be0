/**
 * How Vertex AI serves calls.
 *
 * @module
 */
import type { TranslationsOf } from "../../gemini/api/methods.ts";
import { plainName } from "../../gemini/resources/resources.ts";
import { inNamedScope } from "../faults/named_resource.ts";
import { withoutGeminiApiMembers } from "../request/gemini_api_members.ts";
import { ofInteraction } from "../request/interaction.ts";
import { withSetupModel } from "../request/model_name.ts";
import { pathOfResource } from "../request/resource_path.ts";
import { withoutSessionId } from "../request/session_id.ts";
import { bodyOf, type SendRequest } from "../translation.ts";
import type { UpstreamCall, UpstreamResponse } from "../upstream.ts";
import { geminiOperation } from "../videos/video_operation.ts";
import { vertexVideos } from "../videos/video_request.ts";
import {
  cacheToCreate,
  pathOfCaches,
  readOfCache,
  withCacheCount,
  withVertexCache,
} from "./vertex_caches.ts";
import { batchEmbedContents, embedContent } from "./vertex_embeddings.ts";
import { type ModelPlace, pathOfPlace, pathOfVertexModel, versionOf } from "./vertex_names.ts";
import { fetchOfBody, fetchOfPath } from "./vertex_operations.ts";
import { vertexCountRequest, vertexRequest } from "./vertex_request.ts";

/** The context of a translation. */
export interface VertexMeans {
  readonly send: SendRequest;
  /** Undefined in express mode. */
  readonly place: ModelPlace | undefined;
}

/** As `Translation`, with the context of Vertex AI. */
export type VertexTranslation = (
  call: UpstreamCall,
  means: VertexMeans,
) => Promise<UpstreamResponse>;

/** Translations that need a project; express mode has none. */
export const IN_PROJECT: readonly string[] = [
  "createCache",
  "cache",
  "interaction",
  "register",
  "live",
];

/** Every translation that the method table names for the kind. */
export const VERTEX_TRANSLATIONS: {
  readonly [Name in TranslationsOf<"vertex">]: VertexTranslation;
} = {
  native(call, { send, place }) {
    const native = withoutGeminiApiMembers(call);
    const request = withVertexCache(withoutSessionId(native), place);
    return send(call, { action: call.method, body: vertexRequest(request) });
  },
  async count(call, { send, place }) {
    const read = readOfCache(call);
    const cache = read && await send(read, { path: pathOfCaches(read, place) });
    const body = vertexCountRequest(withoutSessionId(call.request));
    const counted = await send(call, { action: call.method, body });
    return cache === undefined ? counted : withCacheCount(counted, cache);
  },
  embed: (call, { send }) => embedContent(call, send),
  embedBatch: (call, { send }) => batchEmbedContents(call, send),
  createCache(call, { send, place }) {
    return send(call, { path: pathOfCaches(call, place), body: cacheToCreate(call, place) });
  },
  /** A method of a cache. */
  cache: (call, { send, place }) =>
    send(call, { path: pathOfCaches(call, place), body: bodyOf(call) }),
  videos(call, { send }) {
    const body = vertexVideos(withoutSessionId(call.request).without(["model"])).bytes;
    return send(call, { action: call.method, body });
  },
  /** An operation, for a client that reads it as the Gemini API's. */
  async operation(sent, { send, place }) {
    const { call, ...request } = fetchOfPath(sent, place);
    return geminiOperation(await send(call, request));
  },
  fetchOperation(sent, { send, place }) {
    const { call, ...request } = fetchOfBody(sent, place);
    return send(call, request);
  },
  /** A Live session. */
  live(call, { send, place }) {
    const { version, request, model } = call;
    const service = `google.cloud.aiplatform.${versionOf(version)}.LlmBidiService`;
    const body = withSetupModel(request, pathOfVertexModel(model, place));
    return send(call, { socket: `ws/${service}/BidiGenerateContent`, body });
  },
  /** A method of interactions, which are in a project and location. */
  interaction(call, { send, place }) {
    const path = pathOfPlace(place) +
      pathOfResource({ ...call, resource: plainName(call.resource) });
    return ofInteraction(call, (body) => send({ ...call, version: "v1beta" }, { path, body }));
  },
  /** Files in buckets: a method of the Gemini API that accepts access tokens only. */
  async register(call, { send }) {
    const path = pathOfResource(call);
    try {
      return await send(call, { path, body: bodyOf(call), isForGemini: true });
    } catch (error) {
      throw faultOfOtherApi(error);
    }
  },
};

/** An account that may not use the Gemini API, or not read the bucket, can still be used for Vertex AI. */
function faultOfOtherApi(error: unknown): unknown {
  return inNamedScope(error, ({ scope, rpc }) => scope === "account" && rpc.code === 403);
}
