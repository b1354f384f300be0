/**
 * The view of usage: what was used, over time and in sums, by key, account or model.
 *
 * @module
 */
import { api } from "../parts/api.js";
import { empty, failure } from "../parts/controls.js";
import { el, fill, part, say } from "../parts/dom.js";
import { plural, whole } from "../parts/format.js";
import { USAGE } from "../texts/usage.js";
import { UsageChart } from "./figure.js";
import { amountOf, RANGES, stackOf, startsOf, sumsOf } from "./stack.js";
import { showSums } from "./sums.js";
import { amountWords } from "./words.js";

/** @typedef {import("./stack.js").Dimension} Dimension */
/** @typedef {import("./stack.js").UsageLine} UsageLine */

/** How often a view that is looked at is read anew, in ms. */
const RENEW_MS = 60_000;

const DEFAULTS = { by: "key", range: "7d" };

/** @param {HTMLElement} section */
export function start(section) {
  const view = new UsageView(section);
  return {
    show: (/** @type {string} */ _rest, /** @type {URLSearchParams} */ query) => view.show(query),
    hide: () => view.hide(),
  };
}

class UsageView {
  #section;
  #charts;
  /** @type {{ by: Dimension, range: string }} */
  #chosen = { by: "key", range: DEFAULTS.range };
  #asked = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    this.#charts = [...section.querySelectorAll(".chart")].map((figure) => new UsageChart(figure));
    for (const name of ["by", "range"]) {
      part(section, name).onchange = () => this.#choose();
    }
  }

  /** @param {URLSearchParams} query */
  async show(query) {
    const by = query.get("by") ?? DEFAULTS.by;
    const range = query.get("range") ?? DEFAULTS.range;
    this.#chosen = {
      by: by === "account" || by === "model" ? by : "key",
      range: Object.hasOwn(RANGES, range) ? range : DEFAULTS.range,
    };
    for (const [name, value] of Object.entries(this.#chosen)) {
      for (const input of part(this.#section, name).querySelectorAll("input")) {
        input.checked = input.value === value;
      }
    }
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      if (!document.hidden) void this.#read();
    }, RENEW_MS);
    await this.#read();
  }

  hide() {
    clearInterval(this.#timer);
    this.#asked++;
  }

  /** What is chosen is in the address: it can be kept, and is there again after a reload. */
  #choose() {
    const query = new URLSearchParams();
    for (const name of ["by", "range"]) {
      const input = part(this.#section, name).querySelector("input:checked");
      if (input instanceof HTMLInputElement) query.set(name, input.value);
    }
    location.hash = `#/usage?${query}`;
  }

  async #read() {
    const asked = ++this.#asked;
    const { by, range } = this.#chosen;
    const time = RANGES[range];
    if (time === undefined) return;
    const starts = startsOf(time, Date.now());
    const since = new Date(starts[0] ?? 0).toISOString().replace(/\.\d+Z$/, "Z");
    try {
      const usage = await api.get("usage", { by: `${time.by},${by}`, since });
      if (asked !== this.#asked) return;
      fill(part(this.#section, "empty"));
      await this.#fill(usage, starts, time.stepMs);
    } catch (error) {
      if (asked !== this.#asked) return;
      part(this.#section, "content").hidden = true;
      fill(part(this.#section, "empty"), failure(error, () => void this.#read()));
    }
  }

  /**
   * @param {{ lines: readonly UsageLine[], total: UsageLine, pricesOf: string }} usage
   * @param {readonly number[]} starts
   * @param {number} stepMs
   */
  async #fill({ lines, total, pricesOf }, starts, stepMs) {
    const { by: dimension, range } = this.#chosen;
    const isEmpty = lines.length === 0;
    part(this.#section, "content").hidden = isEmpty;
    say(part(this.#section, "summary"), isEmpty ? "" : summaryOf(total, range));
    if (isEmpty) {
      const [title = "", words = ""] = USAGE.empty;
      const link = el("a", { class: "button", href: "#/connect" }, USAGE.toConnect);
      return fill(part(this.#section, "empty"), empty(title, words, link));
    }
    const sums = sumsOf(lines, dimension);
    showSums(this.#section, { sums, total, dimension, pricesOf });
    await Promise.all(this.#charts.map(async (chart) => {
      const { measure } = chart;
      await chart.show(stackOf(lines, { dimension, measure, starts, stepMs, sums }), dimension);
    }));
  }
}

/**
 * @param {UsageLine} total
 * @param {string} range
 */
function summaryOf(total, range) {
  const names = new Map(Object.entries(USAGE.ranges));
  const bars = new Map(Object.entries(USAGE.bars));
  const failed = total.errors === 0 ? "" : `, ${whole(total.errors)} failed`;
  const cost = amountWords(amountOf(total, "cost"), "cost");
  return `${plural(total.calls, "request")}${failed}, cost ${cost} in ${names.get(range)}. ${
    bars.get(range)
  }.`;
}
