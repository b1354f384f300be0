/**
 * The routes of `/admin/v1`. It is loaded with the first request to them.
 *
 * @module
 */
import { Hono } from "hono";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import { type Environment, givenPath } from "../environment.ts";
import type { AdminRouteParts } from "../routes/admin_routes.ts";
import type { AdminServices } from "./admin_services.ts";

/** The dependencies of the admin API. */
export interface AdminApiParts extends Pick<AdminRouteParts, "status" | "models" | "reports"> {
  readonly services: AdminServices;
}

/**
 * Creates the routes, with paths as in `/admin/v1/status`. Access has been checked; `c.env.admin` says by which door
 * the request came. Thrown errors reach the client in the one form of errors.
 */
export function createAdminApi(_parts: AdminApiParts): Hono<Environment> {
  const api = new Hono<Environment>({ getPath: givenPath });
  api.notFound((c) => {
    throw new RpcError("NOT_FOUND", `The admin API has no ${c.req.method} ${c.env.target.path}`);
  });
  api.onError((error) => {
    throw error;
  });
  return api;
}
