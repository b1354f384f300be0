/**
 * Turns lines of usage, as `GET /admin/v1/usage` gives them, into stacks for a chart: one value for each
 * name and stretch of time. What is not known is apart from 0.
 *
 * @module
 */

/**
 * A line of usage. The counts are those of src/usage/usage_counts.ts.
 *
 * @typedef {object} UsageLine
 * @property {string} [hour] As in `2026-11-29T06`, UTC; a day where hours were folded into days.
 * @property {string} [day] As in `2026-11-29`, UTC.
 * @property {string} [key]
 * @property {string} [keyId]
 * @property {string} [account]
 * @property {string} [model]
 * @property {number} calls
 * @property {number} errors
 * @property {number} notKnown Calls without tokens that Google reported; an hour may have fewer than none.
 * @property {number} notPriced Calls of models without a price.
 * @property {number} prompt
 * @property {number} cached
 * @property {number} tool
 * @property {number} thoughts
 * @property {number} output
 * @property {number} firstByteMs
 * @property {number} firstBytes
 * @property {number | null} costUsd Null if nothing of it is known.
 */

/** @typedef {"requests" | "tokens" | "cost"} Measure */
/** @typedef {"key" | "account" | "model"} Dimension */

/**
 * A sum. `isPartial`: there is more, which is not known; `value` is null if nothing of it is known.
 *
 * @typedef {{ readonly value: number | null, readonly isPartial: boolean }} Amount
 */

/**
 * The values of one name, from the first stretch of time to the last.
 *
 * @typedef {object} Layer
 * @property {string} name Empty for calls without one.
 * @property {number} others How many names are summed up in this layer; 0 for a layer of its own.
 * @property {readonly Amount[]} amounts
 * @property {Amount} total
 */

/**
 * @typedef {object} Stack
 * @property {readonly number[]} starts When each stretch begins, in ms since the epoch.
 * @property {number} stepMs
 * @property {readonly Layer[]} layers In the order of the sums, the one of the others last.
 * @property {readonly Amount[]} totals Of each stretch.
 * @property {Amount} total
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The epoch was a Thursday: weeks begin four days later. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Most layers that have a colour of their own. */
export const MOST_LAYERS = 6;

const COUNTS = /** @type {const} */ ([
  "calls",
  "errors",
  "notKnown",
  "notPriced",
  "prompt",
  "cached",
  "tool",
  "thoughts",
  "output",
  "firstByteMs",
  "firstBytes",
]);

/**
 * Nothing, and all of it is known.
 *
 * @type {Amount}
 */
const NOTHING = { value: 0, isPartial: false };

/**
 * The times that can be shown, by name: which lines are asked for, and what a bar stands for.
 *
 * @type {Readonly<Record<string, { by: "hour" | "day", stepMs: number, count: number, offsetMs: number }>>}
 */
export const RANGES = {
  "24h": { by: "hour", stepMs: HOUR_MS, count: 24, offsetMs: 0 },
  "7d": { by: "hour", stepMs: 6 * HOUR_MS, count: 28, offsetMs: 0 },
  "30d": { by: "day", stepMs: DAY_MS, count: 30, offsetMs: 0 },
  "90d": { by: "day", stepMs: DAY_MS, count: 90, offsetMs: 0 },
  "1y": { by: "day", stepMs: 7 * DAY_MS, count: 53, offsetMs: FIRST_MONDAY_MS },
};

/**
 * The beginnings of a range's stretches of time, the present one last.
 *
 * @param {{ stepMs: number, count: number, offsetMs: number }} range
 * @param {number} nowMs
 * @returns {number[]} In ms since the epoch.
 */
export function startsOf({ stepMs, count, offsetMs }, nowMs) {
  const last = Math.floor((nowMs - offsetMs) / stepMs) * stepMs + offsetMs;
  return Array.from({ length: count }, (_, nth) => last - (count - 1 - nth) * stepMs);
}

/**
 * What a line counts.
 *
 * @param {UsageLine} line
 * @param {Measure} measure
 * @returns {Amount}
 */
export function amountOf(line, measure) {
  const notKnown = Math.max(0, line.notKnown);
  switch (measure) {
    case "requests":
      return { value: line.calls, isPartial: false };
    case "tokens":
      return amount(line.prompt + line.tool + line.thoughts + line.output, notKnown > 0);
    case "cost":
      return amount(line.costUsd ?? 0, line.costUsd === null || notKnown + line.notPriced > 0);
  }
}

/**
 * @param {number} known
 * @param {boolean} isPartial
 * @returns {Amount}
 */
function amount(known, isPartial) {
  return { value: known === 0 && isPartial ? null : known, isPartial };
}

/**
 * @param {Amount} one
 * @param {Amount} other
 * @returns {Amount}
 */
function plus(one, other) {
  return amount((one.value ?? 0) + (other.value ?? 0), one.isPartial || other.isPartial);
}

/**
 * Sums lines up by name: what cost most first, then what had most tokens and calls. The order is that of the colours,
 * so that a name has the same one in every chart.
 *
 * @param {readonly UsageLine[]} lines
 * @param {Dimension} dimension
 * @returns {UsageLine[]}
 */
export function sumsOf(lines, dimension) {
  /** @type {Map<string, UsageLine>} */
  const sums = new Map();
  for (const line of lines) {
    const id = idOf(line, dimension);
    const sum = sums.get(id);
    if (sum === undefined) {
      const { hour: _hour, day: _day, ...rest } = line;
      sums.set(id, rest);
      continue;
    }
    for (const name of COUNTS) sum[name] += line[name];
    sum.costUsd = plus(costOf(sum), costOf(line)).value;
  }
  const weights = /** @type {const} */ (["cost", "tokens", "requests"]);
  return [...sums.values()].sort((one, other) => {
    for (const measure of weights) {
      const [of, ofOther] = [amountOf(one, measure), amountOf(other, measure)];
      const difference = (ofOther.value ?? 0) - (of.value ?? 0);
      if (difference !== 0) return difference;
    }
    return idOf(one, dimension) < idOf(other, dimension) ? -1 : 1;
  });
}

/**
 * Stacks lines.
 *
 * @param {readonly UsageLine[]} lines By time and `dimension`.
 * @param {{
 *   dimension: Dimension,
 *   measure: Measure,
 *   starts: readonly number[],
 *   stepMs: number,
 *   sums: readonly UsageLine[],
 * }} how `starts`: as {@linkcode startsOf} gives them; lines of other times are left out. `sums`: as
 *   {@linkcode sumsOf} gives them of the same lines.
 * @returns {Stack}
 */
export function stackOf(lines, { dimension, measure, starts, stepMs, sums }) {
  const own = ownLayers(sums.length);
  const rest = sums.length - own;
  /** @type {{ name: string, others: number, amounts: Amount[], total: Amount }[]} */
  const layers = sums.slice(0, own + Math.min(rest, 1)).map((sum, nth) => ({
    name: nth < own ? sum[dimension] ?? "" : "",
    others: nth < own ? 0 : rest,
    amounts: starts.map(() => NOTHING),
    total: NOTHING,
  }));
  const places = new Map(sums.map((sum, nth) => [idOf(sum, dimension), Math.min(nth, own)]));
  const totals = starts.map(() => NOTHING);
  const first = starts[0] ?? 0;
  for (const line of lines) {
    const nth = Math.floor((startOfPeriod(line.hour ?? line.day ?? "") - first) / stepMs);
    const soFar = totals[nth];
    const layer = layers[places.get(idOf(line, dimension)) ?? -1];
    if (soFar === undefined || layer === undefined) continue;
    const counted = amountOf(line, measure);
    layer.amounts[nth] = plus(layer.amounts[nth] ?? NOTHING, counted);
    layer.total = plus(layer.total, counted);
    totals[nth] = plus(soFar, counted);
  }
  return { starts, stepMs, layers, totals, total: totals.reduce(plus, NOTHING) };
}

/**
 * How many of so many names have a layer of their own. A layer for others stands for two at least.
 *
 * @param {number} names
 */
export function ownLayers(names) {
  return names > MOST_LAYERS + 1 ? MOST_LAYERS : names;
}

/**
 * The columns that uPlot draws: times in seconds, then the upper edge of each layer, the highest first, so
 * that lower ones are drawn over it. A stretch in which a layer has nothing is null: no bar is drawn.
 *
 * @param {Stack} stack
 * @returns {(number | null)[][]}
 */
export function columnsOf({ starts, layers }) {
  const edges = starts.map(() => 0);
  const columns = layers.map(({ amounts }) =>
    amounts.map(({ value }, nth) => {
      if (value === null || value === 0) return null;
      return edges[nth] = (edges[nth] ?? 0) + value;
    })
  );
  return [starts.map((start) => start / 1000), ...columns.reverse()];
}

/**
 * Two keys may have had the same name, one after the other.
 *
 * @param {UsageLine} line
 * @param {Dimension} dimension
 */
function idOf(line, dimension) {
  const name = line[dimension] ?? "";
  return dimension === "key" ? line.keyId ?? name : name;
}

/**
 * @param {UsageLine} line
 * @returns {Amount}
 */
function costOf({ costUsd }) {
  return { value: costUsd, isPartial: costUsd === null };
}

/**
 * When a period begins, in ms since the epoch.
 *
 * @param {string} period
 */
function startOfPeriod(period) {
  return Date.parse(period.length > 10 ? `${period}:00:00Z` : `${period}T00:00:00Z`);
}
