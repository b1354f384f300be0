/**
 * The format of Anthropic's clients.
 *
 * @see {@link https://docs.anthropic.com/en/api/models}
 * @module
 */
import { idOf, type Model } from "../../gemini/api/model.ts";
import { type ClientFormat, WHOLE_LIST } from "../client_format.ts";
import { invalidField } from "../shared/fields/invalid_field.ts";

/** The creation time of a model if it is unknown. */
const EPOCH = new Date(0).toISOString();

/** Most models on a page. */
const LARGEST_LIMIT = 1000;

/** Anthropic's format. Its clients send the version of their API in a header. */
export const ANTHROPIC_FORMAT: ClientFormat = {
  api: "anthropic",
  speaks: ({ version, headers }) => version === "v1" && headers.has("anthropic-version"),
  listQuery: () => WHOLE_LIST,
  list({ models }, query) {
    const { data, hasMore } = pageOf(models.map(anthropicModel), query);
    return {
      data,
      has_more: hasMore,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
    };
  },
  model: anthropicModel,
};

interface AnthropicModel {
  readonly id: string;
  readonly [field: string]: unknown;
}

function anthropicModel(model: Model): AnthropicModel {
  const id = idOf(model);
  const { displayName, inputTokenLimit, outputTokenLimit } = model;
  return {
    type: "model",
    id,
    display_name: displayName ?? id,
    created_at: EPOCH,
    ...(typeof inputTokenLimit === "number" ? { max_input_tokens: inputTokenLimit } : {}),
    ...(typeof outputTokenLimit === "number" ? { max_tokens: outputTokenLimit } : {}),
  };
}

/** The page that a query asks for, by `limit`, `after_id` and `before_id`. Default: all models. */
function pageOf(
  models: readonly AnthropicModel[],
  query: URLSearchParams,
): { readonly data: readonly AnthropicModel[]; readonly hasMore: boolean } {
  const limit = limitIn(query);
  const before = indexOf(models, query.get("before_id"));
  if (before !== undefined) {
    const start = Math.max(0, before - limit);
    return { data: models.slice(start, before), hasMore: start > 0 };
  }
  const start = (indexOf(models, query.get("after_id")) ?? -1) + 1;
  return { data: models.slice(start, start + limit), hasMore: start + limit < models.length };
}

function limitIn(query: URLSearchParams): number {
  const text = query.get("limit") ?? "";
  if (text === "") return Infinity;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw invalidField("limit", `"limit" must be a whole number from 1 to ${LARGEST_LIMIT}`);
}

/** The index of a model; undefined if the query names none, or one that is no longer there. */
function indexOf(models: readonly AnthropicModel[], id: string | null): number | undefined {
  const index = id === null ? -1 : models.findIndex((model) => model.id === id);
  return index < 0 ? undefined : index;
}
