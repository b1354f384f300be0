/**
 * The lists of models below the bases that belong to one API alone. `GET /v1/models` is a route of three APIs, and one
 * of the native ones.
 *
 * @module
 */
import { Hono } from "hono";
import { ANTHROPIC_FORMAT } from "../../formats/anthropic/anthropic_format.ts";
import type { ClientFormat } from "../../formats/client_format.ts";
import { OPENAI_FORMAT } from "../../formats/openai/openai_format.ts";
import { afterOwnBase, type TranslatedApi } from "../../formats/operations.ts";
import { bareModelId } from "../../gemini/api/model.ts";
import type { Environment } from "../environment.ts";
import { type CatalogueParts, getModel, listModels } from "../routes/model_methods.ts";

const FORMATS: Readonly<Record<TranslatedApi, ClientFormat>> = {
  openai: OPENAI_FORMAT,
  anthropic: ANTHROPIC_FORMAT,
};

const MODELS = "models";

/** Creates the routes `…/models` and `…/models/<id>`. */
export function modelListRoutes(parts: CatalogueParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get("/*", async (c, next) => {
    const { sent, target, lifecycle: { record } } = c.env;
    const { api, rest } = afterOwnBase(sent) ?? {};
    if (api === undefined || rest === undefined) return await next();
    const format = FORMATS[api];
    if (rest === MODELS) {
      record.method = "models.list";
      return await listModels(c, parts, format);
    }
    if (!rest.startsWith(`${MODELS}/`)) return await next();
    record.method = "models.get";
    // The segments of the path are decoded.
    const id = target.segments.slice(target.segments.indexOf(MODELS) + 1).join("/");
    return await getModel(c, parts, { id: bareModelId(id), format });
  });
  return routes;
}
