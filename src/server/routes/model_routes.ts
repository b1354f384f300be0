/**
 * The routes that tell which models there are.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { isModelMethod, type NativePath, parseModelCall } from "../../gemini/api/native_path.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
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

/** Makes the routes `GET /models` and `GET /models/<id>`. */
export function modelRoutes(catalog: ModelCatalog): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get("/models", async (c) => {
    c.env.record.method = "listModels";
    const { searchParams } = new URL(c.req.url);
    const page = LISTS[formatFor(c)];
    const list = page === undefined
      ? await catalog.page(searchParams)
      : page((await catalog.page(WHOLE_LIST)).models);
    return Response.json(list, { headers: recordHeaders(c.env.record) });
  });
  routes.get("/models/*", async (c) => {
    c.env.record.method = "getModel";
    const spec = specOf(c.env.target);
    const { method } = parseModelCall(spec);
    if (isModelMethod(method)) throw calledWithGet(method);
    const model = await catalog.get(spec);
    return Response.json(MODELS[formatFor(c)]?.(model) ?? model, {
      headers: recordHeaders(c.env.record),
    });
  });
  return routes;
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

/** A browser, or curl without a body, opens the address of a method. */
function calledWithGet(method: string): RpcError {
  return new RpcError(
    "NOT_FOUND",
    `The method "${method}" is called with POST, and this request is a GET`,
  );
}

/** What follows `models/`. */
export function specOf({ path }: NativePath): string {
  return path.slice("/models/".length);
}
