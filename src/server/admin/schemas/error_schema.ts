/**
 * Errors of the admin API, and how its requests are authenticated, for the OpenAPI document.
 *
 * @module
 */
import * as z from "zod";

/** An error. */
export const errorSchema = z.object({
  error: z.object({
    code: z.int().meta({ description: "The HTTP status" }),
    message: z.string(),
    status: z.string().meta({ description: "As in NOT_FOUND: a code of google.rpc" }),
    details: z.array(z.looseObject({ "@type": z.string() })).exactOptional(),
  }),
}).meta({ id: "Error" });

/** The ways to present the admin key, or the session of the page. */
export const ADMIN_KEY_SCHEMES = {
  key: { type: "apiKey", in: "header", name: "x-goog-api-key" },
  bearer: { type: "http", scheme: "bearer" },
} as const;
