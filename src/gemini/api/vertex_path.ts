/**
 * Reads paths in the form of Vertex AI, which SDKs in Vertex mode send:
 * `projects/p/locations/l/publishers/google/models/m:generateContent`. The project and the location name a
 * place at Google, not an account, so they do not select one: any account that can serves the call.
 *
 * @see {@link https://docs.cloud.google.com/vertex-ai/generative-ai/docs/reference/rest}
 * @module
 */

/** A path in the form of Vertex AI, as the path of the Gemini API that means the same. */
export interface VertexPath {
  /** The four segments of `projects/p/locations/l`; none in express mode. */
  readonly place: readonly string[];
  /** The segments after the version. */
  readonly segments: readonly string[];
}

/**
 * Reads a path.
 *
 * @param segments The segments after the version, decoded.
 * @returns Undefined for a path of another form.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readVertexPath } from "./vertex_path.ts";
 *
 * const path = "projects/p/locations/l/publishers/google/models/m:countTokens";
 * assert.deepEqual(readVertexPath(path.split("/"))?.segments, ["models", "m:countTokens"]);
 * ```
 */
export function readVertexPath(segments: readonly string[]): VertexPath | undefined {
  // Clients of the Gemini API that take every name for an id.
  if (segments[0] === "cachedContents" && segments[1] === "projects") {
    return readVertexPath(segments.slice(1));
  }
  const hasPlace = segments[0] === "projects" && segments[2] === "locations" && segments.length > 4;
  const place = hasPlace ? segments.slice(0, 4) : [];
  const rest = segments.slice(place.length);
  switch (rest[0]) {
    case "publishers":
      if (rest[2] !== "models") return undefined;
      // Models of other publishers keep their full name.
      return { place, segments: rest[1] === "google" ? rest.slice(2) : ["models", ...rest] };
    case "endpoints":
      // A tuned model, which only its own project has.
      return hasPlace ? { place, segments: ["models", ...segments] } : undefined;
    case "models":
    case "cachedContents":
    case "interactions":
      return hasPlace ? { place, segments: rest } : undefined;
    default:
      return undefined;
  }
}
