/**
 * The mount point of the admin API: checks access, and hands requests on.
 *
 * @module
 */
import { Hono } from "hono";
import { RpcError } from "../../gemini/errors/rpc_error.ts";
import type { AdminAccess } from "../access/admin_access.ts";
import type { UiCodes } from "../access/ui_codes.ts";
import type { Environment } from "../environment.ts";
import { ownJson } from "../response/own_json.ts";
import type { AdminApiParts } from "./admin_api_parts.ts";
import type { AdminServices } from "./admin_services.ts";
import type { AdminState } from "./admin_state.ts";

/** The prefix of the admin API's paths. */
const ROOT = "/admin/v1";

/** Headers of every response. */
const HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  server: "pollux",
} as const;

/** The dependencies of the mount point. */
export interface AdminMountParts extends Omit<AdminApiParts, "services" | "state"> {
  readonly adminState: AdminState;
  readonly adminAccess: AdminAccess;
  readonly uiCodes: UiCodes;
  /** Default: there is no admin API. */
  readonly admin?: AdminServices | undefined;
}

/** Creates the routes. */
export function adminMount(parts: AdminMountParts): Hono<Environment> {
  const { adminAccess, uiCodes, admin: services } = parts;
  const routes = new Hono<Environment>();
  let loading: Promise<Hono<Environment>> | undefined;

  routes.use(`${ROOT}/*`, async (c, next) => {
    c.env.lifecycle.record.method = "admin.v1";
    c.env.admin = { door: adminAccess.check(c.req.raw, c.env) };
    await next();
  });
  routes.post(`${ROOT}/ui-codes`, (c) => {
    const { record } = c.env.lifecycle;
    record.method = "admin.v1.ui-codes";
    if (c.env.admin?.door !== "admin-api") {
      throw new RpcError("PERMISSION_DENIED", "Only the admin key makes a code for the page");
    }
    const { code, expiresAtMs } = uiCodes.make();
    const json = { code, expiresAt: new Date(expiresAtMs).toISOString() };
    return ownJson(json, { record, headers: HEADERS });
  });
  routes.all(`${ROOT}/*`, async (c) => {
    if (services === undefined) throw new RpcError("NOT_FOUND", "This gateway has no admin API");
    loading ??= import("./admin_api.ts").then(({ createAdminApi }) =>
      createAdminApi({ ...parts, services, state: parts.adminState })
    );
    const response = await (await loading).fetch(c.req.raw, c.env);
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
    return response;
  });
  return routes;
}
