/**
 * The format of Google's clients in Vertex mode. Only lists of models differ.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list}
 * @module
 */
import { idOf, type Model } from "../../gemini/api/model.ts";
import type { ClientFormat } from "../client_format.ts";

/** The publisher that a model's id may omit. */
const GOOGLE = "publishers/google/models/";

/** Vertex AI's format. */
export const VERTEX_FORMAT: ClientFormat = {
  api: "native",
  speaks: ({ isVertex }) => isVertex,
  listQuery: (query) => query,
  list: ({ models, ...page }) => ({ publisherModels: models.map(publisherModel), ...page }),
  model: publisherModel,
};

/** A model as Vertex AI describes it; other fields are kept. */
function publisherModel(model: Model): object {
  const id = idOf(model);
  const { version } = model;
  return {
    ...model,
    name: id.startsWith("publishers/") ? id : GOOGLE + id,
    ...(typeof version === "string" ? { versionId: version } : {}),
  };
}
