/**
 * The routes that show the state of the gateway.
 *
 * @module
 */
import { Hono } from "hono";
import type { AdminAuth } from "../access/admin_auth.ts";
import type { CatalogueReport } from "../catalog/catalogue_report.ts";
import type { Environment } from "../environment.ts";
import type { GatewayStatus } from "../gateway_status.ts";

/** The dependencies of the admin routes. */
export interface AdminRouteParts {
  readonly adminAuth: AdminAuth;
  /** Returns the gateway's current status. */
  readonly status: () => GatewayStatus;
  /** Returns the catalogue; waits a limited time while no account's list is known. */
  readonly models: () => Promise<CatalogueReport>;
}

/** The prefix of all admin paths. */
const ROOT = "/admin/";

/** Whether a path is an admin path, which requires the admin key instead of the gateway's key. */
export function isAdminPath(path: string): boolean {
  return path.startsWith(ROOT);
}

/** Creates the routes `GET /admin/status` and `GET /admin/models`. */
export function adminRoutes(parts: AdminRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.use(`${ROOT}*`, async (c, next) => {
    parts.adminAuth.check(c.req.raw);
    await next();
  });
  for (const name of ["status", "models"] as const) {
    routes.get(`${ROOT}${name}`, async (c) => {
      c.env.lifecycle.record.method = `admin.${name}`;
      return Response.json(await parts[name](), { headers: { "cache-control": "no-store" } });
    });
  }
  return routes;
}
