/**
 * Schemas that several routes of the admin API use.
 *
 * @module
 */
import * as z from "zod";

/** Most characters of a name in a query. */
export const NAME_TEXT = 200;

/**
 * The parameter with the most entries of a list.
 *
 * @param usual Without the parameter.
 */
export function limitSchema(usual: number, most: number) {
  const words = `It must be a whole number from 1 to ${most}`;
  return z.coerce.number(words).int(words).min(1, words).max(most, words).default(usual);
}
