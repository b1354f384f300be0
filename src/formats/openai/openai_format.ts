/**
 * The format of OpenAI's clients.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/models/object}
 * @module
 */
import { idOf, type Model } from "../../gemini/api/model.ts";
import { type ClientFormat, WHOLE_LIST } from "../client_format.ts";

/**
 * OpenAI's format. Its clients send their key as a bearer token, and none of the headers and parameters
 * that Google's clients send.
 */
export const OPENAI_FORMAT: ClientFormat = {
  api: "openai",
  speaks({ version, headers, query }) {
    const isGoogles = headers.has("x-goog-api-key") || headers.has("x-goog-api-client") ||
      query.has("key");
    return version === "v1" && !isGoogles && /^bearer /i.test(headers.get("authorization") ?? "");
  },
  listQuery: () => WHOLE_LIST,
  list: ({ models }) => ({ object: "list", data: models.map(openaiModel) }),
  model: openaiModel,
};

/** Google states no time of creation. The limits are no fields of OpenAI's, but several clients read them. */
function openaiModel(model: Model): object {
  const { inputTokenLimit, outputTokenLimit } = model;
  return {
    id: idOf(model),
    object: "model",
    created: 0,
    owned_by: "google",
    ...(typeof inputTokenLimit === "number" ? { context_window: inputTokenLimit } : {}),
    ...(typeof outputTokenLimit === "number" ? { max_output_tokens: outputTokenLimit } : {}),
  };
}
