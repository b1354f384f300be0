/**
 * The sums of the view of usage: the legend of the charts, the table by name, and what is not known.
 *
 * @module
 */
import { el, fill, part, say } from "../parts/dom.js";
import { plural, whole } from "../parts/format.js";
import { USAGE } from "../texts/usage.js";
import { amountOf, MOST_LAYERS, ownLayers } from "./stack.js";
import { amountWords, firstByteWords } from "./words.js";

/** @typedef {import("./stack.js").Dimension} Dimension */
/** @typedef {import("./stack.js").UsageLine} UsageLine */

/** Most rows of the table. */
const MOST_ROWS = 100;

/**
 * Fills in the legend, the table and the notes.
 *
 * @param {HTMLElement} section
 * @param {{
 *   sums: readonly UsageLine[],
 *   total: UsageLine,
 *   dimension: Dimension,
 *   pricesOf: string,
 * }} usage
 */
export function showSums(section, { sums, total, dimension, pricesOf }) {
  const by = USAGE.dimensions[dimension];
  const own = ownLayers(sums.length);
  const rest = sums.length - own;
  const isPartial = total.notKnown > 0 || total.notPriced > 0;
  fill(
    part(section, "legend"),
    sums.slice(0, own).map((sum, nth) =>
      el("li", {}, swatch(nth, own), nameOf(sum[dimension] ?? "", dimension))
    ),
    rest > 0 && el("li", {}, swatch(own, own), USAGE.others(rest)),
    isPartial && el("li", {}, el("i", { class: "swatch striped" }), USAGE.partial),
  );
  say(part(section, "sums-title"), USAGE.table(by));
  say(part(section, "name-column"), by);
  fill(
    part(section, "sums"),
    sums.slice(0, MOST_ROWS).map((sum, nth) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, swatch(nth, own), nameOf(sum[dimension] ?? "", dimension)),
        cellsOf(sum),
      )
    ),
  );
  const more = sums.length - MOST_ROWS;
  fill(
    part(section, "sums-total"),
    more > 0 && el("tr", {}, el("td", { colspan: 11 }, USAGE.more(whole(more), dimension))),
    el("tr", {}, el("th", { scope: "row" }, USAGE.total), cellsOf(total)),
  );
  fill(
    part(section, "notes"),
    total.notKnown > 0 && el("li", {}, USAGE.noTokens(plural(total.notKnown, "call"))),
    total.notPriced > 0 && el("li", {}, USAGE.noPrice(plural(total.notPriced, "call"))),
    el("li", {}, USAGE.estimate(pricesOf)),
  );
}

/**
 * A name to show; calls may have none.
 *
 * @param {string} name
 * @param {Dimension} dimension
 */
export function nameOf(name, dimension) {
  if (name === "") return USAGE.none[dimension];
  if (dimension !== "key") return name;
  return name === "open" ? USAGE.open : name === "default" ? USAGE.ownKey : name;
}

/** @param {UsageLine} line */
function cellsOf(line) {
  const failed = line.errors === 0 ? "0" : el("span", { class: "bad" }, whole(line.errors));
  const tokens = amountOf(line, "tokens");
  // Each part of them may lack what is not known.
  const isUnknown = tokens.value === null;
  const count = (/** @type {number} */ value) => isUnknown ? USAGE.notKnown : whole(value);
  return [
    whole(line.calls),
    failed,
    amountWords(tokens, "tokens"),
    ...isUnknown
      ? ["", "", "", "", ""]
      : [line.prompt, line.cached, line.tool, line.thoughts, line.output].map(count),
    amountWords(amountOf(line, "cost"), "cost"),
    firstByteWords(line),
  ].map((cell) => el("td", { class: "num" }, cell));
}

/**
 * The colour of a name.
 *
 * @param {number} nth
 * @param {number} own How many names have a colour of their own.
 */
function swatch(nth, own) {
  const series = nth < own && nth < MOST_LAYERS ? nth + 1 : "rest";
  return el("i", { class: "swatch", "data-series": series });
}
