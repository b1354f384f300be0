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
  speaks({ version, headers, query }) {
    const isGoogles = headers.has("x-goog-api-key") || headers.has("x-goog-api-client") ||
      query.has("key");
    return version === "v1" && !isGoogles && /^bearer /i.test(headers.get("authorization") ?? "");
  },
  listQuery: () => WHOLE_LIST,
  list: ({ models }) => ({ object: "list", data: models.map(openaiModel) }),
  model: openaiModel,
};

function openaiModel(model: Model): object {
  return { id: idOf(model), object: "model", created: 0, owned_by: "google" };
}
