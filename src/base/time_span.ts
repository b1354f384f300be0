/**
 * Lengths of time as users write them.
 *
 * @module
 */

/** Units, in ms. */
const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** What is wrong with a text that is none. */
export const NO_TIME_SPAN = "It must be a time, as in 30m, 24h, 7d or 2w";

/** Reads a length of time as in `24h`, or `0`, in ms; undefined if it is none. */
export function timeSpan(text: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const size = UNITS[unit];
  if (size !== undefined) return Number(count) * size;
  return text === "0" ? 0 : undefined;
}
