/**
 * The routes that tell which models there are.
 *
 * @module
 */
import { Hono } from "hono";
import type { NativePath } from "../../gemini/native_path.ts";
import { recordHeaders } from "../call_record.ts";
import type { Environment } from "../environment.ts";
import type { ModelCatalog } from "../model_catalog.ts";

/** Makes the routes `GET /models` and `GET /models/<id>`. */
export function modelRoutes(catalog: ModelCatalog): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.get("/models", async (c) => {
    c.env.record.method = "listModels";
    const page = await catalog.page(new URL(c.req.url).searchParams);
    return Response.json(page, { headers: recordHeaders(c.env.record) });
  });
  routes.get("/models/*", async (c) => {
    c.env.record.method = "getModel";
    const model = await catalog.get(specOf(c.env.target));
    return Response.json(model, { headers: recordHeaders(c.env.record) });
  });
  return routes;
}

/** What follows `models/`. */
export function specOf({ path }: NativePath): string {
  return path.slice("/models/".length);
}
