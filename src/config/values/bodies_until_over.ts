/**
 * An end of logging bodies that has passed: no mistake, since any end passes while its file stays.
 *
 * @module
 */

/**
 * What to tell the user of it.
 *
 * @param until `log.bodies_until`, in RFC 3339.
 * @returns A sentence without a full stop; undefined where the end is to come, or there is none.
 */
export function bodiesUntilOver(until: string | undefined): string | undefined {
  if (until === undefined || Date.parse(until) > Date.now()) return undefined;
  return `log.bodies_until names a time in the past, "${until}": no bodies are logged, ` +
    "and the setting can be removed";
}
