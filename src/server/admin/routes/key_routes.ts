/**
 * The routes of the admin API for client keys.
 *
 * @module
 */
import { defined } from "../../../base/defined.ts";
import type { ClientKey } from "../../../keys/client_key.ts";
import { type KeyView, viewOfKey } from "../../../keys/key_view.ts";
import type { KeyStatus } from "../../key_status.ts";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "../admin_route.ts";
import { keySchema, keysSchema } from "../schemas/key_schema.ts";

/** A client key as the routes show it. */
type KeyInfo = KeyView & { readonly status?: KeyStatus };

/** Declares the routes. */
export function keyRoutes({ services, status, state }: AdminApiParts): readonly AdminRoute[] {
  function info(key: ClientKey, { keys } = status()): KeyInfo {
    const found = keys.find(({ id }) => id === key.id);
    return { ...viewOfKey(key, state.clock.now()), ...defined({ status: found }) };
  }
  return [
    adminRoute({
      verb: "GET",
      path: "/keys",
      name: "keys.list",
      summary: "All client keys, without their texts, and what is left of their limits",
      query: NO_QUERY,
      body: NO_BODY,
      response: keysSchema,
      async handle({ door }) {
        const { keys, unreadable } = await services.keys(door).list();
        const now = status();
        return { keys: keys.map((key) => info(key, now)), unreadable };
      },
    }),
    adminRoute({
      verb: "GET",
      path: "/keys/{name}",
      name: "keys.show",
      summary: "One client key, without its text, and what is left of its limits",
      query: NO_QUERY,
      body: NO_BODY,
      response: keySchema,
      handle: async ({ name, door }) => info(await services.keys(door).get(name)),
    }),
  ];
}
