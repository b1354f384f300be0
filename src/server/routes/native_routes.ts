/**
 * The routes of the native API, which are created from the method table.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { matchMethod } from "../../gemini/api/method_match.ts";
import { isModelMethod, type MethodsRouted } from "../../gemini/api/methods.ts";
import type { ModelCatalog } from "../catalog/model_catalog.ts";
import type { Environment } from "../environment.ts";
import { callModel, type CallRouteParts } from "./call_model.ts";
import { getModel, listModels } from "./model_methods.ts";

/** The dependencies of the routes. */
export interface NativeRouteParts extends CallRouteParts {
  readonly catalog: ModelCatalog;
}

/** Handles a method whose response is merged from all accounts. */
type MergedHandler = (
  c: Context<Environment>,
  catalog: ModelCatalog,
  model: string,
) => Promise<Response>;

/** The handlers of these methods. */
const MERGED: { readonly [Name in MethodsRouted<"merged">]: MergedHandler } = {
  "models.list": listModels,
  "models.get": getModel,
};

/** Creates a route for every method of the table. */
export function nativeRoutes(parts: NativeRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.all("/*", async (c, next) => {
    const match = matchMethod(verbOf(c), c.env.target);
    if (match.type !== "method") return await next();
    const { method, model, query } = match;
    if (isModelMethod(method)) return await callModel(c, { method, model, query }, parts);
    c.env.lifecycle.record.method = method;
    return await MERGED[method](c, parts.catalog, model);
  });
  return routes;
}

/** HEAD is handled like GET; Hono removes the body. */
function verbOf({ req: { method } }: Context<Environment>): string {
  return method === "HEAD" ? "GET" : method;
}
