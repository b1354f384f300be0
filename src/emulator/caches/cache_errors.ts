/**
 * The errors of caches, with Google's messages. The Gemini API and Vertex AI have different ones.
 *
 * @module
 */
import { GoogleError, invalidArgument } from "../google_errors.ts";
import type { Flavour } from "../schema/proto_schema.ts";

/**
 * For a cache that was deleted, has expired or never was; in the Gemini API also for one of another
 * project.
 */
export function cacheNotFound(id: string, flavour: Flavour): GoogleError {
  return flavour === "dev"
    ? new GoogleError(403, "PERMISSION_DENIED", {
      message: "CachedContent not found (or permission denied)",
    })
    : new GoogleError(404, "NOT_FOUND", {
      message: `Not found: cached content metadata for ${id}.`,
    });
}

/** 400 for a prompt to another model than the cache's. */
export function otherModel(
  models: { readonly request: string; readonly cache: string },
): GoogleError {
  return invalidArgument(
    `Model used by GenerateContent request (${models.request}) and CachedContent ` +
      `(${models.cache}) has to be the same.`,
  );
}

/** 400 for a prompt with settings that belong in the cache (vercel/ai#3333, 567-labs/instructor#2580). */
export function belongsInCache(flavour: Flavour): GoogleError {
  return invalidArgument(
    flavour === "dev"
      ? "CachedContent can not be used with GenerateContent request setting system_instruction, " +
        "tools or tool_config. Proposed fix: move those values to CachedContent from " +
        "GenerateContent request."
      : "Tool config, tools and system instruction should not be set in the request when using " +
        "cached content.",
  );
}

/** 400 for a cache with fewer tokens than its model's least. */
export function tooSmall(total: number, least: number): GoogleError {
  return invalidArgument(
    `Cached content is too small. total_token_count=${total}, min_total_token_count=${least}`,
  );
}
