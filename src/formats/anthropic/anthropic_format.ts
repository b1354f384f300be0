/**
 * The format of Anthropic's clients.
 *
 * @see {@link https://docs.anthropic.com/en/api/models}
 * @module
 */
import { idOf, type Model } from "../../gemini/api/model.ts";
import { type ClientFormat, WHOLE_LIST } from "../client_format.ts";

/** The creation time of a model if it is unknown. */
const EPOCH = new Date(0).toISOString();

/** Anthropic's format. Its clients send the version of their API in a header. */
export const ANTHROPIC_FORMAT: ClientFormat = {
  speaks: ({ version, headers }) => version === "v1" && headers.has("anthropic-version"),
  listQuery: () => WHOLE_LIST,
  list({ models }) {
    const data = models.map(anthropicModel);
    return {
      data,
      has_more: false,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  },
  model: anthropicModel,
};

function anthropicModel(model: Model) {
  const id = idOf(model);
  return { type: "model", id, display_name: model["displayName"] ?? id, created_at: EPOCH };
}
