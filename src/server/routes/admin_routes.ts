/**
 * The routes that show the state of the gateway.
 *
 * @module
 */
import { Hono } from "hono";
import type { AdminAuth } from "../access/admin_auth.ts";
import type { Environment } from "../environment.ts";
import type { GatewayStatus } from "../gateway_status.ts";

/** The dependencies of the admin routes. */
export interface AdminRouteParts {
  readonly adminAuth: AdminAuth;
  /** Returns the gateway's current status. */
  readonly status: () => GatewayStatus;
}

/** The prefix of all admin paths. */
const ROOT = "/admin/";

/** Whether a path is an admin path, which requires the admin key instead of the gateway's key. */
export function isAdminPath(path: string): boolean {
  return path.startsWith(ROOT);
}

/** Creates the route `GET /admin/status`. */
export function adminRoutes({ adminAuth, status }: AdminRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.use(`${ROOT}*`, async (c, next) => {
    adminAuth.check(c.req.raw);
    await next();
  });
  routes.get(
    `${ROOT}status`,
    (c) => {
      c.env.lifecycle.record.method = "admin.status";
      return Response.json(status(), { headers: { "cache-control": "no-store" } });
    },
  );
  return routes;
}
