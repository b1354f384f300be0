/**
 * The route of the admin API for usage.
 *
 * @module
 */
import * as z from "zod";
import { RpcError } from "../../../gemini/errors/rpc_error.ts";
import { NO_MOMENT, parseMoment } from "../../../usage/moment.ts";
import { usageJson } from "../../../usage/usage_json.ts";
import { type Dimension, DIMENSIONS, TooManyLines } from "../../../usage/usage_report.ts";
import type { AdminApiParts } from "../admin_api_parts.ts";
import { type AdminRoute, adminRoute, NO_BODY } from "../admin_route.ts";
import { invalid } from "../checked.ts";
import { usageSpan } from "../read_usage.ts";
import { NAME_TEXT } from "../schemas/shared_schemas.ts";
import { usageSchema } from "../schemas/usage_schema.ts";

const BY = `It must be one or more of ${DIMENSIONS.join(", ")}, with commas`;

const moment = z.string().max(64).optional();

/** Declares the route. */
export function usageRoutes({ services, state: { clock } }: AdminApiParts): readonly AdminRoute[] {
  return [
    adminRoute({
      verb: "GET",
      path: "/usage",
      name: "usage",
      errors: [404],
      summary: 'The sums of all calls, then a line for each key, or whatever "by" names',
      query: z.strictObject({
        by: z.string().max(200).default("key").meta({ description: BY }),
        since: moment.meta({
          description: `The first hour. ${NO_MOMENT}. Default: 30d`,
        }),
        until: moment.meta({ description: "The end, likewise. Default: now" }),
        key: z.string().max(NAME_TEXT).optional().meta({ description: "A key's name or id" }),
      }),
      body: NO_BODY,
      response: usageSchema,
      async handle({ query }) {
        const nowMs = clock.now();
        const by = dimensionsOf(query.by);
        const asked = {
          sinceMs: momentOf("since", { text: query.since, nowMs }),
          untilMs: momentOf("until", { text: query.until, nowMs }),
        };
        const { sinceMs, untilMs, fault } = usageSpan(asked, nowMs);
        if (fault === "since") {
          throw invalid([{ field: "since", description: "It must be before now" }]);
        }
        if (fault === "until") {
          const description = 'It must be after "since", which is 30 days ago by default';
          throw invalid([{ field: "until", description }]);
        }
        const question = { by, sinceMs, untilMs, key: query.key };
        const { report, isKnown } = await services.usage(question).catch(asRpcError);
        if (!isKnown) {
          throw new RpcError("NOT_FOUND", `There is no key "${query.key}", and it has no usage`);
        }
        return usageJson(report, { by, sinceMs, untilMs: asked.untilMs ?? nowMs });
      },
    }),
  ];
}

function dimensionsOf(text: string): readonly Dimension[] {
  const words = text.split(",").map((word) => word.trim()).filter((word) => word !== "");
  const found = words.flatMap((word) => DIMENSIONS.find((dimension) => dimension === word) ?? []);
  if (found.length === words.length && found.length > 0) return [...new Set(found)];
  throw invalid([{ field: "by", description: BY }]);
}

function momentOf(
  field: string,
  { text, nowMs }: { readonly text: string | undefined; readonly nowMs: number },
): number | undefined {
  if (text === undefined) return undefined;
  const atMs = parseMoment(text, nowMs);
  if (atMs === undefined) throw invalid([{ field, description: NO_MOMENT }]);
  return atMs;
}

function asRpcError(error: unknown): never {
  if (!(error instanceof TooManyLines)) throw error;
  throw new RpcError(
    "INVALID_ARGUMENT",
    'There are too many lines: name less with "by", or a shorter time',
  );
}
