/**
 * The message for an end of body logging that has passed. That is not an error: every configured end
 * passes some time.
 *
 * @module
 */

/**
 * Returns the message.
 *
 * @param until `log.bodies_until`, in RFC 3339.
 * @returns A sentence without a full stop; undefined if the end is in the future, or there is none.
 */
export function bodiesUntilOver(until: string | undefined): string | undefined {
  if (until === undefined || Date.parse(until) > Date.now()) return undefined;
  return `log.bodies_until names a time in the past, "${until}": no bodies are logged, ` +
    "and the setting can be removed";
}
