/**
 * The list of models as OpenAI's and Anthropic's clients read it. `GET /v1/models` is theirs as well as
 * Google's, and they take Google's own list for an empty one.
 *
 * @module
 */
import type { Model } from "../../upstream/upstream.ts";
import { idOf } from "./model_list.ts";

/** Whose list a client reads. */
export type ModelListFormat = "native" | "openai" | "anthropic";

/** What both formats have for the time at which a model was made, where it is not known. */
const EPOCH = new Date(0);

/**
 * Whose list a client reads, as its headers tell: Anthropic's clients send `anthropic-version`, Google's
 * `x-goog-api-client` or their key in `x-goog-api-key` or `?key=`, OpenAI's the key as a bearer token.
 *
 * @param version The version in the path: only `v1` is OpenAI's and Anthropic's, too.
 * @param request Its headers, and the parameters of its query.
 */
export function modelListFormat(
  version: string,
  { headers, query }: { readonly headers: Headers; readonly query: URLSearchParams },
): ModelListFormat {
  if (version !== "v1") return "native";
  if (headers.has("anthropic-version")) return "anthropic";
  const isGoogles = headers.has("x-goog-api-key") || headers.has("x-goog-api-client") ||
    query.has("key");
  return !isGoogles && /^bearer /i.test(headers.get("authorization") ?? "") ? "openai" : "native";
}

/**
 * One model in OpenAI's form.
 *
 * @see {@link https://platform.openai.com/docs/api-reference/models/object}
 */
export function openaiModel(model: Model): Record<string, unknown> {
  return { id: idOf(model), object: "model", created: 0, owned_by: "google" };
}

/** All models in OpenAI's form, which has no pages. */
export function openaiModels(models: readonly Model[]): Record<string, unknown> {
  return { object: "list", data: models.map(openaiModel) };
}

/**
 * One model in Anthropic's form.
 *
 * @see {@link https://docs.anthropic.com/en/api/models}
 */
export function anthropicModel(model: Model): Record<string, unknown> {
  const id = idOf(model);
  return {
    type: "model",
    id,
    display_name: model["displayName"] ?? id,
    created_at: EPOCH.toISOString(),
  };
}

/** All models in Anthropic's form, on one page. */
export function anthropicModels(models: readonly Model[]): Record<string, unknown> {
  const data = models.map(anthropicModel);
  return {
    data,
    has_more: false,
    first_id: data[0]?.["id"] ?? null,
    last_id: data.at(-1)?.["id"] ?? null,
  };
}
