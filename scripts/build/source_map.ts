/**
 * The source map of a bundle, with which a place in an executable can be found in the source.
 *
 * @module
 */
import * as z from "zod";

const mapSchema = z.looseObject({ sources: z.array(z.string()) });

/**
 * Takes out of a source map where the packages and the checkout lie on the machine that made it.
 *
 * @param text The map that lies beside the bundle, one folder below the root.
 * @throws {Error} When it is not a source map.
 */
export function portableSourceMap(text: string): string {
  const map = mapSchema.parse(JSON.parse(text));
  // Packages are at `…/npm/REGISTRY/NAME/VERSION/…` in the cache.
  const sources = map.sources.map((source) =>
    source.replace(/^.*?\/npm\/[^/]+\//, "npm/").replace(/^(?:\.\.\/)+/, "")
  );
  return JSON.stringify({ ...map, sources });
}
