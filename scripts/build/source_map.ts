/**
 * The source map of a bundle, which maps a position in an executable to the source.
 *
 * @module
 */
import * as z from "zod";

const mapSchema = z.looseObject({ sources: z.array(z.string()) });

/**
 * Removes from a source map the paths of the packages and the checkout on the machine that made it.
 *
 * @param text The map beside the bundle, one folder below the root.
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
