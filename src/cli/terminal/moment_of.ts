/**
 * Reads the moments that options take: a time before now, or a date.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";
import { NO_MOMENT, parseMoment } from "../../usage/moment.ts";

/**
 * Reads a moment in ms since the epoch.
 *
 * @throws {InvalidArgumentError} when it is none.
 */
export function momentOf(text: string): number {
  const atMs = parseMoment(text, Date.now());
  if (atMs === undefined) throw new InvalidArgumentError(NO_MOMENT);
  return atMs;
}
