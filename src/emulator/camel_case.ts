/**
 * The spelling of names in JSON and in queries.
 *
 * @module
 */

/** Returns a name in camelCase: protobuf's own names, as `update_mask`, are accepted wherever JSON's are. */
export function camelCase(name: string): string {
  return name.trim().replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}
