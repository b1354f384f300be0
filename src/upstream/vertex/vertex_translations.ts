/**
 * How Vertex AI serves the methods of models.
 *
 * @module
 */
import type { TranslationsOf } from "../../gemini/api/methods.ts";
import { withoutSessionId } from "../session_id.ts";
import type { Translation } from "../translation.ts";
import { batchEmbedContents, embedContent } from "./vertex_embeddings.ts";
import { vertexCountRequest, vertexRequest } from "./vertex_request.ts";

/** Every translation that the method table names for the kind. */
export const VERTEX_TRANSLATIONS: {
  readonly [Name in TranslationsOf<"vertex">]: Translation;
} = {
  native(call, send) {
    const body = vertexRequest(withoutSessionId(call.request));
    return send(call, { action: call.method, body });
  },
  count(call, send) {
    const body = vertexCountRequest(withoutSessionId(call.request));
    return send(call, { action: call.method, body });
  },
  embed: embedContent,
  embedBatch: batchEmbedContents,
};
