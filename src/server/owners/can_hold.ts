/**
 * Which accounts can hold which resources.
 *
 * @module
 */
import {
  type ResourceCollection,
  type ResourceRow,
  RESOURCES,
} from "../../gemini/resources/resources.ts";
import type { Member } from "../dispatch/roster.ts";

/** Whether an account can hold resources of a collection: those that it can read, if they can be read at all. */
export function canHold(
  { upstream }: Pick<Member, "upstream">,
  collection: ResourceCollection,
): boolean {
  const { read }: ResourceRow = RESOURCES[collection];
  return read === undefined || upstream.serves(read);
}
