/**
 * The methods that tell which models there are.
 *
 * @module
 */
import type { Context } from "hono";
import { recordHeaders } from "../call/call_record.ts";
import type { Environment } from "../environment.ts";
import type { ModelCatalog } from "../catalog/model_catalog.ts";
import {
  anthropicModel,
  anthropicModels,
  type ModelListFormat,
  modelListFormat,
  openaiModel,
  openaiModels,
} from "../catalog/model_list_format.ts";
import type { Model } from "../../upstream/upstream.ts";

/** OpenAI's and Anthropic's clients ask for no page. */
const WHOLE_LIST = new URLSearchParams({ pageSize: "1000" });

/** How lists are written that are not Google's own. */
const LISTS: Formats<readonly Model[]> = { openai: openaiModels, anthropic: anthropicModels };

/** The same for one model. */
const MODELS: Formats<Model> = { openai: openaiModel, anthropic: anthropicModel };

type Formats<What> = {
  readonly [Format in ModelListFormat]?: (what: What) => Record<string, unknown>;
};

/** Serves `models.list`. */
export async function listModels(
  c: Context<Environment>,
  catalog: ModelCatalog,
): Promise<Response> {
  const { searchParams } = new URL(c.req.url);
  const page = LISTS[formatFor(c)];
  const list = page === undefined
    ? await catalog.page(searchParams)
    : page((await catalog.page(WHOLE_LIST)).models);
  return Response.json(list, { headers: recordHeaders(c.env.lifecycle.record) });
}

/** Serves `models.get`. */
export async function getModel(
  c: Context<Environment>,
  catalog: ModelCatalog,
  id: string,
): Promise<Response> {
  const model = await catalog.get(id);
  return Response.json(MODELS[formatFor(c)]?.(model) ?? model, {
    headers: recordHeaders(c.env.lifecycle.record),
  });
}

function formatFor(c: Context<Environment>): ModelListFormat {
  const { headers } = c.req.raw;
  // Google's own clients name a version; an OpenAI client may lack the `/v1` of its base URL.
  const version = c.env.sent.startsWith("/models") ? "v1" : c.env.target.version;
  return modelListFormat(version, {
    headers,
    query: new URL(c.req.url).searchParams,
  });
}
