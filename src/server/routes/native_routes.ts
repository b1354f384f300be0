/**
 * The routes of the native API, which are created from the method table.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { matchMethod } from "../../gemini/api/method_match.ts";
import {
  type CatalogueMethod,
  isCallMethod,
  isSocketMethod,
  isUploadMethod,
} from "../../gemini/api/methods.ts";
import { isOfEndpoint, isPassedThrough } from "../formats/passthrough.ts";
import type { Environment } from "../environment.ts";
import { callMethod, type CallRouteParts } from "./call_method.ts";
import { type LiveParts, serveLive } from "../live/serve_live.ts";
import { serveUpload, type UploadParts } from "../uploads/serve_upload.ts";
import { type CatalogueParts, getModel, listModels } from "./model_methods.ts";

/** The dependencies of the routes. */
export interface NativeRouteParts extends CallRouteParts, UploadParts, LiveParts, CatalogueParts {}

/** Serves a method from the catalogue. */
type CatalogueHandler = (
  c: Context<Environment>,
  parts: CatalogueParts,
  model: string,
) => Promise<Response>;

/** The handlers of the catalogue's methods. */
const CATALOGUE: { readonly [Name in CatalogueMethod]: CatalogueHandler } = {
  "models.list": (c, parts) => listModels(c, parts),
  "models.get": (c, parts, id) => getModel(c, parts, { id }),
};

/** Creates a route for every method of the table. */
export function nativeRoutes(parts: NativeRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.all("/*", async (c, next) => {
    const match = matchMethod(verbOf(c), c.env.target);
    if (match.type !== "method") return await next();
    const { method, model } = match;
    if (isOfEndpoint(method)) {
      if (!isPassedThrough(c.env, parts)) return await next();
      c.env.lifecycle.record.operation = method;
    }
    if (isUploadMethod(method)) return await serveUpload(c, { ...match, method }, parts);
    if (isSocketMethod(method)) return serveLive(c, method, parts);
    if (isCallMethod(method)) return await callMethod(c, { ...match, method }, parts);
    c.env.lifecycle.record.method = method;
    return await CATALOGUE[method](c, parts, model);
  });
  return routes;
}

/** HEAD is handled like GET; Hono removes the body. */
function verbOf({ req: { method } }: Context<Environment>): string {
  return method === "HEAD" ? "GET" : method;
}
