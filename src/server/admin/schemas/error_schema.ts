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

/** What each status of an error means, for every route that can have it. */
export const ERRORS = {
  400: "The body or a parameter is wrong: `details` has the fields. Nothing changed",
  401: "There is no admin key, or a wrong one",
  403: "The request comes from elsewhere, and `admin.remote` is not set",
  404: "There is no such account, key or call",
  408: "The body did not arrive in time",
  409: "The name is taken, or somebody else changed the same at the same time",
  413: "The body is larger than 1 MiB",
  415: "The body has a `Content-Encoding`",
  429: "Too many wrong keys, or too many streams of events: try again after `Retry-After`",
  default: "Another error, as of the store",
} as const;
