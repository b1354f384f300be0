/**
 * The ids of responses that are interactions at Google: they contain the interaction's id, so that nothing has to be
 * kept to continue one, and its owner is found as for native clients.
 *
 * @module
 */

/** The prefix of such a response's id. */
const PREFIX = "resp_gi-";

/** Longest id of an interaction. */
const LONGEST = 500;

/** The id of a response. */
export function responseIdOf(interactionId: string): string {
  return PREFIX + interactionId;
}

/** The id of the interaction that a response is; undefined if it is none. */
export function interactionIdOf(responseId: string): string | undefined {
  const id = responseId.slice(PREFIX.length);
  return responseId.startsWith(PREFIX) && id.length <= LONGEST && /^[\w.~+/=-]+$/.test(id)
    ? id
    : undefined;
}
