/**
 * Moments of a question about usage, as a user writes them.
 *
 * @module
 */
import ms, { type StringValue } from "ms";

/** What is wrong with a text that is no moment. */
export const NO_MOMENT =
  'It must be a time before now, as in "7d" or "12h", or a date or time (UTC), as in "2026-11-01" or "2026-11-01T06:30"';

/** A date, and perhaps the time in hours and more, always UTC. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)((?::\d\d){0,2})(?:\.\d{1,9})?Z?)?$/;

/** As in `7d`. */
const BEFORE = /^\d+(?:\.\d+)? *[mhdw]$/;

/**
 * Reads a moment.
 *
 * @param nowMs In ms since the epoch: a time before now counts from here.
 * @returns In ms since the epoch; undefined if the text is none, see {@linkcode NO_MOMENT}.
 */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const [, date, time = "00", rest = ""] = MOMENT.exec(text) ?? [];
  if (date !== undefined) {
    const at = Date.parse(`${date}T${time}${rest === "" ? ":00" : rest}Z`);
    // 31 April is read as 1 May.
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date) ? at : undefined;
  }
  if (!BEFORE.test(text)) return undefined;
  const before = ms(text as StringValue);
  return Number.isFinite(before) ? Math.max(0, nowMs - before) : undefined;
}
