/**
 * The ids of responses and of the items in their output. An item's id names its response, so that a reference to an
 * item is found with nothing kept for it.
 *
 * @module
 */

/** The prefix of a response's id. */
export const RESPONSE_PREFIX = "resp_";

/** The form of an item's id: a prefix, what follows the prefix of its response, and its place. */
const ITEM_ID = /^[a-z]{2,8}_([A-Za-z0-9]{8,64})([0-9a-f]{4})$/;

/** Most items whose ids differ. */
const MOST_ITEMS = 0x10000;

/** The id of an item. `prefix`: such as `msg_`; `index`: its place in the output. */
export function itemId(
  responseId: string,
  { prefix, index }: { readonly prefix: string; readonly index: number },
): string {
  const place = (index % MOST_ITEMS).toString(16).padStart(4, "0");
  return prefix + responseId.slice(RESPONSE_PREFIX.length) + place;
}

/** The id of the response that an item belongs to; undefined if the id is not one of this gateway's. */
export function responseOfItem(id: string): string | undefined {
  const random = ITEM_ID.exec(id)?.[1];
  return random === undefined ? undefined : RESPONSE_PREFIX + random;
}
