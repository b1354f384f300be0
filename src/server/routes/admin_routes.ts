/**
 * The routes that show the state of the gateway.
 *
 * @module
 */
import { ownJson } from "../response/own_json.ts";
import { Hono } from "hono";
import type { AdminAuth } from "../access/admin_auth.ts";
import type { CatalogueReport } from "../catalog/catalogue_report.ts";
import type { Environment } from "../environment.ts";
import type { GatewayStatus } from "../gateway_status.ts";

/**
 * Makes a report, which is sent as JSON.
 *
 * @param rest The path after the report's name and a slash, decoded; empty if there is none.
 * @throws {RpcError} The error for the client.
 */
export type AdminReport = (rest: string, query: URLSearchParams) => unknown | Promise<unknown>;

/** Reports by name: `GET /admin/NAME` and `GET /admin/NAME/REST`. */
export type AdminReports = Readonly<Record<string, AdminReport>>;

/** The dependencies of the admin routes. */
export interface AdminRouteParts {
  readonly adminAuth: AdminAuth;
  /** Returns the gateway's current status. */
  readonly status: () => GatewayStatus;
  /** Returns the catalogue; waits a limited time while no account's list is known. */
  readonly models: () => Promise<CatalogueReport>;
  /** Further reports. */
  readonly reports: AdminReports;
}

/** The prefix of all admin paths. */
const ROOT = "/admin/";

/** Creates the routes `GET /admin/status`, `GET /admin/models` and those of the reports. */
export function adminRoutes(parts: AdminRouteParts): Hono<Environment> {
  const routes = new Hono<Environment>();
  routes.use(`${ROOT}*`, async (c, next) => {
    parts.adminAuth.check(c.req.raw);
    await next();
  });
  const { status, models, reports } = parts;
  for (const [name, report] of Object.entries<AdminReport>({ status, models, ...reports })) {
    routes.get(`${ROOT}${name}/:rest{.+}?`, async (c) => {
      const { record } = c.env.lifecycle;
      record.method = `admin.${name}`;
      const { searchParams } = new URL(c.req.url);
      const json = await report(c.req.param("rest") ?? "", searchParams);
      const headers = { "cache-control": "no-store", server: "pollux" };
      return ownJson(json, { record, headers });
    });
  }
  return routes;
}
