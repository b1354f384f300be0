/**
 * The routes of the admin API for calls and events.
 *
 * @module
 */
import * as z from "zod";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY, NO_QUERY } from "../admin_route.ts";
import { listCalls } from "../calls/list_calls.ts";
import { callRowSchema } from "../schemas/call_schema.ts";
import { explanationSchema } from "../schemas/explanation_schema.ts";
import { limitSchema, NAME_TEXT } from "../schemas/shared_schemas.ts";

/** Declares the routes. */
export function callRoutes({ state, explain }: AdminApiParts): readonly AdminRoute[] {
  return [
    adminRoute({
      verb: "GET",
      path: "/calls",
      name: "calls.list",
      summary: "Calls in flight, then those that ended last",
      query: z.strictObject({
        limit: limitSchema(50, 500),
        before: z.string().max(100).optional().meta({
          description: "The id of a call: only calls after it in the list",
        }),
        key: z.string().max(NAME_TEXT).optional().meta({
          description: "A client key's name or id",
        }),
        account: z.string().max(NAME_TEXT).optional(),
        model: z.string().max(1000).optional(),
        failed: z.enum(["true", "false"]).optional().meta({
          description: "true: only calls with an error",
        }),
      }),
      body: NO_BODY,
      response: z.object({ calls: z.array(callRowSchema) }),
      handle: ({ query: { failed, ...page } }) => ({
        calls: listCalls(state, { ...page, failed: failed === "true" }),
      }),
    }),
    adminRoute({
      verb: "GET",
      path: "/calls/{name}",
      name: "calls.explain",
      summary: "Why a call had the account that it had, and how it ended",
      query: NO_QUERY,
      body: NO_BODY,
      response: explanationSchema,
      handle: ({ name }) => explain(name),
    }),
    adminRoute({
      verb: "GET",
      path: "/events",
      name: "events",
      summary: 'Server-sent events: "call" with a call, "status", "changed" and "lost"',
      query: NO_QUERY,
      body: NO_BODY,
      response: undefined,
      type: "text/event-stream",
      handle: () =>
        new Response(state.events.open(), {
          headers: {
            "content-type": "text/event-stream",
            "cache-control": "no-store, no-transform",
            "x-accel-buffering": "no",
          },
        }),
    }),
  ];
}
