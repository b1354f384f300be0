/**
 * The routes that look into the gateway itself.
 *
 * @module
 */
import { Hono } from "hono";
import type { AdminAuth } from "../access/admin_auth.ts";
import type { Environment } from "../environment.ts";
import type { GatewayStatus } from "../gateway_status.ts";

/** What the admin routes need. */
export interface AdminRouteParts {
  readonly adminAuth: AdminAuth;
  /** How the gateway stands at this moment. */
  readonly status: () => GatewayStatus;
}

/** Where they all are. */
const ROOT = "/admin/";

/** Whether a path is one of theirs, and so asks for the admin key instead of the gateway's. */
export function isAdminPath(path: string): boolean {
  return path.startsWith(ROOT);
}

/** Makes the route `GET /admin/status`. */
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
