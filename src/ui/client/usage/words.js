/**
 * How amounts of usage and stretches of time are written.
 *
 * @module
 */
import { duration, short, usd, whole } from "../parts/format.js";
import { USAGE } from "../texts/usage.js";

/** @typedef {import("./stack.js").Amount} Amount */
/** @typedef {import("./stack.js").Measure} Measure */

const DAY_MS = 86_400_000;

/**
 * @param {boolean} isUtc
 * @param {Intl.DateTimeFormatOptions} options
 */
function times(isUtc, options) {
  return new Intl.DateTimeFormat("en-GB", { ...options, ...(isUtc ? { timeZone: "UTC" } : {}) });
}

/** @type {Intl.DateTimeFormatOptions} */
const HOUR = { hour: "2-digit", minute: "2-digit" };
/** @type {Intl.DateTimeFormatOptions} */
const DAY = { day: "numeric", month: "short" };

/**
 * An amount with all its digits, as in `12,345`, `≥ $0.12` or `not known`.
 *
 * @param {Amount} amount
 * @param {Measure} measure
 */
export function amountWords({ value, isPartial }, measure) {
  if (value === null) return USAGE.notKnown;
  const words = measure === "cost" ? usd(value) : whole(value);
  return isPartial ? USAGE.atLeast(words) : words;
}

/**
 * A value at an axis.
 *
 * @param {number} value
 * @param {Measure} measure
 */
export function axisWords(value, measure) {
  if (measure !== "cost") return Number.isInteger(value) ? short(value) : "";
  return value === 0 ? "$0" : `$${Number(value.toPrecision(6))}`;
}

/**
 * A stretch of time, as in `29 Nov, 14:00 – 15:00`, `29 Nov 2026` or `23 – 29 Nov 2026`.
 *
 * @param {number} startMs
 * @param {number} stepMs
 */
export function periodWords(startMs, stepMs) {
  if (stepMs < DAY_MS) {
    const [day, hour] = [times(false, DAY), times(false, HOUR)];
    return `${day.format(startMs)}, ${hour.format(startMs)} – ${hour.format(startMs + stepMs)}`;
  }
  const day = times(true, { ...DAY, year: "numeric" });
  return stepMs === DAY_MS
    ? day.format(startMs)
    : day.formatRange(startMs, startMs + stepMs - DAY_MS);
}

/**
 * A time below a chart: the hour, or the day where one begins.
 *
 * @param {number} atMs
 * @param {number} stepMs Between two times.
 * @param {boolean} isUtc
 */
export function tickWords(atMs, stepMs, isUtc) {
  const hour = times(isUtc, HOUR).format(atMs);
  return stepMs >= DAY_MS || hour === "00:00" ? times(isUtc, DAY).format(atMs) : hour;
}

/**
 * The mean time to the first byte of a response.
 *
 * @param {{ readonly firstByteMs: number, readonly firstBytes: number }} line
 */
export function firstByteWords({ firstByteMs, firstBytes }) {
  return duration(firstBytes === 0 ? undefined : firstByteMs / firstBytes);
}
