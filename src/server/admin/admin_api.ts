/**
 * The routes of `/admin/v1`. It is loaded with the first request to them.
 *
 * @module
 */
import { Hono } from "hono";
import * as z from "zod";
import { AccountError } from "../../accounts/account_error.ts";
import { RowTooLarge } from "../../base/stored/row_too_large.ts";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { KeyError } from "../../keys/key_error.ts";
import { type Environment, givenPath } from "../environment.ts";
import { ownJson } from "../response/own_json.ts";
import type { AdminApiParts } from "./admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "./admin_route.ts";
import { CODE_ROUTE } from "./code_route.ts";
import { openApi } from "./open_api.ts";
import { readJson } from "./read_json.ts";
import { accountRoutes } from "./routes/account_routes.ts";
import { callRoutes } from "./routes/call_routes.ts";
import { keyRoutes } from "./routes/key_routes.ts";
import { settingRoutes } from "./routes/setting_routes.ts";
import { statusRoutes } from "./routes/status_routes.ts";
import { usageRoutes } from "./routes/usage_routes.ts";

/** The prefix of all paths. */
const ROOT = "/admin/v1";

/**
 * Creates the routes, with paths as in `/admin/v1/status`. Access has been checked; `c.env.admin` says by which door
 * the request came. Thrown errors reach the client in the one form of errors.
 */
export function createAdminApi(parts: AdminApiParts): Hono<Environment> {
  const api = new Hono<Environment>({ getPath: givenPath });
  const routes = adminRoutesOf(parts);
  for (const route of routes) serve(api, route);
  api.notFound((c) => {
    throw notServed(c.req.method, c.env.target.path, routes);
  });
  api.onError((error) => {
    throw asRpcError(error);
  });
  return api;
}

/** All routes that are served here. */
function adminRoutesOf(parts: AdminApiParts): readonly AdminRoute[] {
  const routes: readonly AdminRoute[] = [
    ...statusRoutes(parts),
    ...callRoutes(parts),
    ...accountRoutes(parts),
    ...keyRoutes(parts),
    ...usageRoutes(parts),
    ...settingRoutes(parts),
    adminRoute({
      verb: "GET",
      path: "/openapi.json",
      name: "openapi",
      summary: "This document",
      query: NO_QUERY,
      body: NO_BODY,
      response: z.looseObject({ openapi: z.string() }),
      handle: () => openApi([...routes, CODE_ROUTE], parts.services.facts().version),
    }),
  ];
  return routes;
}

function serve(api: Hono<Environment>, route: AdminRoute): void {
  const { verb, path, name: operation, response } = route;
  const status = route.status ?? (response === undefined ? 204 : 200);
  api.on(verb, ROOT + path.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
    const { record } = c.env.lifecycle;
    const { raw } = c.req;
    record.method = `admin.v1.${operation}`;
    const value = await route.handle({
      name: c.req.param("name") ?? "",
      query: queryOf(new URL(raw.url).searchParams),
      body: verb === "GET" ? undefined : await readJson(raw, record),
      door: c.env.admin?.door ?? "admin-api",
      request: raw,
    });
    if (value instanceof Response) return raw.method === "HEAD" ? await withoutBody(value) : value;
    if (response === undefined) return new Response(null, { status: 204 });
    return ownJson(value, { record, headers: {}, status });
  });
}

/** The response to HEAD. A stream that nobody reads must not stay open. */
async function withoutBody({ body, status, headers }: Response): Promise<Response> {
  await body?.cancel();
  return new Response(null, { status, headers });
}

/** The parameters; one that is given twice is a list, which no schema accepts. */
function queryOf(parameters: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(parameters.keys())];
  return Object.fromEntries(names.map((name) => {
    const values = parameters.getAll(name);
    return [name, values.length === 1 ? values[0] : values];
  }));
}

/** The errors of users' operations have messages for users. */
function asRpcError(error: unknown): unknown {
  if (error instanceof RowTooLarge) return new RpcError("INVALID_ARGUMENT", error.message);
  return error instanceof AccountError || error instanceof KeyError
    ? new RpcError(STATUSES[error.why], error.message)
    : error;
}

const STATUSES = {
  missing: "NOT_FOUND",
  taken: "ALREADY_EXISTS",
  invalid: "INVALID_ARGUMENT",
} as const;

function notServed(verb: string, path: string, routes: readonly AdminRoute[]): RpcError {
  const wanted = path.slice(ROOT.length).split("/");
  const here = routes.filter((route) => {
    const parts = route.path.split("/");
    return parts.length === wanted.length &&
      parts.every((part, nth) => part.startsWith("{") || part === wanted[nth]);
  });
  const hint = here.length === 0
    ? `GET ${ROOT}/openapi.json describes what there is`
    : `It takes ${here.map((route) => route.verb).join(", ")}`;
  return new RpcError("NOT_FOUND", `The admin API has no "${verb} ${path}". ${hint}`);
}
