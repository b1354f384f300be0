/**
 * One chart of the view of usage: the drawing, what the pointer is at, and the numbers as a table.
 *
 * @module
 */
import { drawChart, seriesColour } from "./drawing.js";
import { el, fill, part, say } from "../parts/dom.js";
import { USAGE } from "../texts/usage.js";
import { nameOf } from "./sums.js";
import { amountWords, axisWords, periodWords, tickWords } from "./words.js";

/** @typedef {import("./stack.js").Dimension} Dimension */
/** @typedef {import("./stack.js").Layer} Layer */
/** @typedef {import("./stack.js").Measure} Measure */
/** @typedef {import("./stack.js").Stack} Stack */

/** A figure with a chart. */
export class UsageChart {
  #figure;
  /** @type {Measure} */
  measure;
  /** @type {(() => void) | undefined} */
  #remove;
  #drawn = 0;
  /** @type {{ stack: Stack, dimension: Dimension } | undefined} */
  #shown;

  /** @param {Element} figure */
  constructor(figure) {
    this.#figure = figure;
    const measure = figure instanceof HTMLElement ? figure.dataset["measure"] : undefined;
    this.measure = measure === "tokens" || measure === "cost" ? measure : "requests";
    // Most readers never open it.
    part(figure, "numbers").ontoggle = () => this.#fillNumbers();
  }

  /**
   * Draws other amounts.
   *
   * @param {Stack} stack
   * @param {Dimension} dimension
   */
  async show(stack, dimension) {
    const { measure } = this;
    this.#shown = { stack, dimension };
    const total = amountWords(stack.total, measure);
    say(part(this.#figure, "total"), total);
    this.#fillNumbers();
    const drawing = part(this.#figure, "drawing");
    const [title, by] = [USAGE.measures[measure], USAGE.dimensions[dimension]];
    drawing.setAttribute("aria-label", USAGE.chart(title, by, total));
    const isUtc = stack.stepMs >= 86_400_000;
    const drawn = ++this.#drawn;
    this.#point(undefined);
    const remove = await drawChart(drawing, stack, {
      axis: (value) => axisWords(value, measure),
      time: (atMs, stepMs) => tickWords(atMs, stepMs, isUtc),
      isUtc,
      onPoint: (nth) => this.#point(nth),
    });
    if (drawn !== this.#drawn) return remove();
    this.#remove?.();
    this.#remove = remove;
  }

  /** @param {number | undefined} nth */
  #point(nth) {
    const tip = part(this.#figure, "tip");
    const shown = this.#shown;
    const start = nth === undefined ? undefined : shown?.stack.starts[nth];
    tip.hidden = start === undefined;
    if (nth === undefined || start === undefined || shown === undefined) return;
    const { stack, dimension } = shown;
    const { measure } = this;
    const layers = stack.layers.flatMap((layer, at) => {
      const amount = layer.amounts[nth];
      if (amount === undefined || (amount.value === 0 && !amount.isPartial)) return [];
      return [
        el(
          "li",
          {},
          swatch(stack, at),
          layerName(layer, dimension),
          el("b", {}, amountWords(amount, measure)),
        ),
      ];
    });
    const total = stack.totals[nth];
    fill(
      tip,
      el(
        "p",
        {},
        periodWords(start, stack.stepMs),
        el("b", {}, total === undefined ? "" : amountWords(total, measure)),
      ),
      layers.length > 0 && el("ul", {}, layers.reverse()),
    );
    const isLeft = nth < stack.starts.length / 2;
    tip.dataset["side"] = isLeft ? "end" : "start";
  }

  #fillNumbers() {
    const details = part(this.#figure, "numbers");
    const shown = this.#shown;
    if (shown === undefined || !(details instanceof HTMLDetailsElement) || !details.open) return;
    const { stack, dimension } = shown;
    const { measure } = this;
    const number = (/** @type {Layer["total"] | undefined} */ amount) =>
      el("td", { class: "num" }, amount === undefined ? "" : amountWords(amount, measure));
    fill(
      part(details, "head"),
      el(
        "tr",
        {},
        el("th", { scope: "col" }, USAGE.period),
        el("th", { scope: "col", class: "num" }, USAGE.total),
        stack.layers.map((layer) =>
          el("th", { scope: "col", class: "num" }, layerName(layer, dimension))
        ),
      ),
    );
    const rows = stack.starts.map((start, nth) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, periodWords(start, stack.stepMs)),
        number(stack.totals[nth]),
        stack.layers.map(({ amounts }) => number(amounts[nth])),
      )
    );
    fill(part(details, "rows"), rows.reverse());
  }
}

/**
 * @param {Layer} layer
 * @param {Dimension} dimension
 */
function layerName({ name, others }, dimension) {
  return others > 0 ? USAGE.others(others) : nameOf(name, dimension);
}

/**
 * The colour of a layer.
 *
 * @param {Stack} stack
 * @param {number} nth
 */
function swatch(stack, nth) {
  return el("i", {
    class: "swatch",
    "data-series": seriesColour(stack, nth).replace("--series-", ""),
  });
}
