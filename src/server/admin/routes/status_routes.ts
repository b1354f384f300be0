/**
 * The routes of the admin API that show the state of the gateway.
 *
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "../admin_route.ts";
import { catalogueSchema } from "../schemas/catalogue_schema.ts";
import { fullStatusSchema } from "../schemas/status_schema.ts";

/** Declares the routes. */
export function statusRoutes(
  { services, state, status, models, keyPolicy }: AdminApiParts,
): readonly AdminRoute[] {
  return [
    adminRoute({
      verb: "GET",
      path: "/status",
      name: "status",
      summary: "The accounts, the client keys with what is left of their limits, and the gateway",
      query: NO_QUERY,
      body: NO_BODY,
      response: fullStatusSchema,
      handle() {
        const { asks, words } = keyPolicy();
        const { version, startedAtMs, addresses, publicUrl } = services.facts();
        const { callsInFlight, lastMinute } = state.now();
        return {
          ...status(),
          version,
          startedAt: new Date(startedAtMs).toISOString(),
          addresses,
          ...defined({ publicUrl }),
          keyPolicy: { asks, words },
          callsInFlight,
          lastMinute,
        };
      },
    }),
    adminRoute({
      verb: "GET",
      path: "/models",
      name: "models",
      summary: "Which account offers which model with which methods, and how old each list is",
      query: NO_QUERY,
      body: NO_BODY,
      response: catalogueSchema,
      handle: () => models(),
    }),
  ];
}
