/**
 * The calls of the last five minutes as bars, one for five seconds each: those that succeeded, and on top of them those
 * that failed.
 *
 * @module
 */
import { fill, svg } from "../parts/dom.js";
import { plural, whole } from "../parts/format.js";
import { OVERVIEW } from "../texts/overview.js";

const BAR_MS = 5000;
const BARS = 60;

/** Sizes in the chart's own units: 10 for each bar. */
const HEIGHT = 64;
const WIDTH = BARS * 10;

/** @typedef {{ ok: number, failed: number }} Count */

/** The chart. */
export class RateChart {
  /** By the number of the bar's time: ms since the epoch / 5000. @type {Map<number, Count>} */
  #counts = new Map();
  #place;

  /** @param {Element} place */
  constructor(place) {
    this.#place = place;
  }

  /**
   * Counts a call that is over.
   *
   * @param {number} endedAtMs Since the epoch.
   * @param {boolean} isFailed
   */
  add(endedAtMs, isFailed) {
    const slot = Math.floor(endedAtMs / BAR_MS);
    const count = this.#counts.get(slot) ?? { ok: 0, failed: 0 };
    if (isFailed) count.failed++;
    else count.ok++;
    this.#counts.set(slot, count);
  }

  clear() {
    this.#counts.clear();
  }

  /** Draws the bars up to now. */
  draw() {
    const last = Math.floor(Date.now() / BAR_MS);
    const first = last - BARS + 1;
    for (const slot of this.#counts.keys()) if (slot < first) this.#counts.delete(slot);
    const counts = [...this.#counts.values()];
    const most = Math.max(4, ...counts.map(({ ok, failed }) => ok + failed));
    const failed = counts.reduce((sum, count) => sum + count.failed, 0);
    const all = counts.reduce((sum, count) => sum + count.ok, failed);
    /** @type {SVGElement[]} */
    const bars = [];
    for (const [slot, { ok, failed }] of this.#counts) {
      const x = (slot - first) * 10 + 1;
      const okHeight = ok / most * HEIGHT;
      const failedHeight = failed / most * HEIGHT;
      bars.push(bar("ok", x, HEIGHT - okHeight, okHeight));
      bars.push(bar("failed", x, HEIGHT - okHeight - failedHeight, failedHeight));
    }
    fill(
      this.#place,
      svg(
        "svg",
        {
          class: "rate-bars",
          viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
          preserveAspectRatio: "none",
          role: "img",
          "aria-label": OVERVIEW.rateWords(plural(all, "call"), whole(failed)),
        },
        ...bars,
      ),
    );
  }
}

/**
 * @param {string} series
 * @param {number} x
 * @param {number} y
 * @param {number} height
 */
function bar(series, x, y, height) {
  return svg("rect", { "data-series": series, x, y, width: 8, height });
}
