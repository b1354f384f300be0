/**
 * Times of the status, as short texts.
 *
 * @module
 */
import ms from "ms";

/** As in `18:05 (in 9h)`, in local time, with the date if it is another day. */
export function untilText(until: string, nowMs: number): string {
  const end = new Date(until);
  const restMs = end.getTime() - nowMs;
  if (restMs <= 0) return "now";
  const day = dayOf(end) === dayOf(new Date(nowMs)) ? "" : `${dayOf(end)} `;
  const time = `${two(end.getHours())}:${two(end.getMinutes())}`;
  return `${day}${time} (in ${ms(wholeSeconds(restMs))})`;
}

/** As in `18:05 (in 9h)` if it is today, else as in `in 2d`. */
export function shortUntilText(until: string, nowMs: number): string {
  const text = untilText(until, nowMs);
  return /^\d{4}-.*\((in \w+)\)$/.exec(text)?.[1] ?? text;
}

/** As in `12s ago`. */
export function agoText(time: string, nowMs: number): string {
  const goneMs = nowMs - Date.parse(time);
  return goneMs < 1000 ? "just now" : `${ms(goneMs)} ago`;
}

/** Rounded up, so that what ends within this second does not look ended. */
function wholeSeconds(time: number): number {
  return Math.ceil(time / 1000) * 1000;
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
