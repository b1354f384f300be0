/**
 * How numbers, times and sizes are written.
 *
 * @module
 */

const WHOLE = new Intl.NumberFormat("en-US");
const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });
const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

/** What stands for a number that is not known. It is not 0. */
export const UNKNOWN = "–";

/**
 * A whole number with all its digits: 12,345.
 *
 * @param {number | undefined} value
 */
export function whole(value) {
  return value === undefined ? UNKNOWN : WHOLE.format(value);
}

/**
 * A number in three digits: 12.3K.
 *
 * @param {number | undefined} value
 */
export function short(value) {
  if (value === undefined) return UNKNOWN;
  return Math.abs(value) < 10_000 ? WHOLE.format(Math.round(value)) : SHORT.format(value);
}

/**
 * A duration in ms: 84 ms, 1.24 s, 2 min 5 s, 3 h 10 min.
 *
 * @param {number | undefined} ms
 */
export function duration(ms) {
  if (ms === undefined) return UNKNOWN;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  return span(Math.round(ms / 1000));
}

/**
 * A span of whole seconds, in its two largest units: 42 s, 2 min 5 s, 3 h 10 min, 4 d 2 h.
 *
 * @param {number} seconds
 */
export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor(s % 86_400 / 3600)} h`;
}

/**
 * How long ago, in the largest unit.
 *
 * @param {string} time RFC 3339.
 */
export function ago(time) {
  const s = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000));
  if (s < 5) return "now";
  if (s < 60) return `${s} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ago`;
  return `${Math.floor(s / 86_400)} d ago`;
}

/**
 * The time of day, in the reader's zone: 14:02:07.
 *
 * @param {string} time RFC 3339.
 */
export function clock(time) {
  return CLOCK.format(new Date(time));
}

/**
 * Day and time, in the reader's zone: 3 Nov 2026, 14:02:07.
 *
 * @param {string | undefined} time RFC 3339.
 */
export function moment(time) {
  if (time === undefined) return UNKNOWN;
  const date = new Date(time);
  return `${DAY.format(date)}, ${CLOCK.format(date)}`;
}

/**
 * US dollars: as many digits as a small amount needs.
 *
 * @param {number | undefined} value
 */
export function usd(value) {
  if (value === undefined) return UNKNOWN;
  if (value === 0) return "$0";
  if (value < 0.0001) return "<$0.0001";
  const digits = value >= 1 ? 2 : value >= 0.01 ? 3 : 4;
  return `$${
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })
  }`;
}

/**
 * A size in bytes: 812 B, 12.3 KiB.
 *
 * @param {number} count
 */
export function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/**
 * A part of a whole, from 0 to 1: 0 %, <1 %, 42 %, >99 %, 100 %.
 *
 * @param {number | undefined} fraction
 */
export function percent(fraction) {
  if (fraction === undefined) return UNKNOWN;
  if (fraction > 0 && fraction < 0.01) return "<1 %";
  if (fraction < 1 && fraction > 0.99) return ">99 %";
  return `${Math.round(fraction * 100)} %`;
}

/**
 * A noun with its number: 1 call, 2 calls.
 *
 * @param {number} count
 * @param {string} one
 * @param {string} [many] Default: with an s.
 */
export function plural(count, one, many = `${one}s`) {
  return `${whole(count)} ${count === 1 ? one : many}`;
}
