/**
 * The routes of the admin API for the configuration and the audit log.
 *
 * @module
 */
import * as z from "zod";
import { defined } from "../../../base/defined.ts";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "../admin_route.ts";
import { auditEntrySchema, settingSchema } from "../schemas/setting_schema.ts";
import { limitSchema } from "../schemas/shared_schemas.ts";

/** Most characters of an entry's id. */
const ID_TEXT = 64;

/** Declares the routes. */
export function settingRoutes({ services }: AdminApiParts): readonly AdminRoute[] {
  return [
    adminRoute({
      verb: "GET",
      path: "/config",
      name: "config",
      summary: "Every setting and its source, without secrets. Changes are made in the file",
      query: NO_QUERY,
      body: NO_BODY,
      response: z.object({ settings: z.array(settingSchema) }),
      handle: () => ({ settings: services.settings() }),
    }),
    adminRoute({
      verb: "GET",
      path: "/audit",
      name: "audit",
      summary: "Who changed what, newest first",
      query: z.strictObject({
        limit: limitSchema(100, 1000),
        before: z.string().max(ID_TEXT).optional().meta({
          description: "The id of an entry: only older ones",
        }),
      }),
      body: NO_BODY,
      response: z.object({ entries: z.array(auditEntrySchema) }),
      async handle({ query: { limit, before } }) {
        return { entries: await services.audit.list({ limit, ...defined({ before }) }) };
      },
    }),
  ];
}
