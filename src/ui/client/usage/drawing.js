/**
 * Stacked bars over time, drawn by uPlot. The numbers are beside it as a table: to a screen reader the drawing
 * is one picture with a name.
 *
 * @module
 */
import { columnsOf } from "./stack.js";

/** @typedef {import("npm:uplot@1.6.32")} Plot */
/** @typedef {import("npm:uplot@1.6.32").Options} PlotOptions */
/** @typedef {import("./stack.js").Stack} Stack */

/**
 * How a chart is drawn.
 *
 * @typedef {object} ChartLook
 * @property {(value: number) => string} axis Writes a value at the axis.
 * @property {(atMs: number, stepMs: number) => string} time Writes a time below it; `stepMs` is between two.
 * @property {boolean} isUtc Whether times are written in UTC: days and weeks are UTC.
 * @property {(nth: number | undefined) => void} onPoint The bar under the pointer; undefined for none.
 */

/** Its height in px. */
const HEIGHT = 190;

/** How much of its stretch of time a bar fills. */
const FILL = 0.82;

/** The height in px of the mark over a bar that is not all. */
const MARK = 5;

/** Room for the numbers at the left, in px. */
const AXIS = 52;

/**
 * Draws a stack.
 *
 * @param {HTMLElement} place Gets the drawing, and gives it its width.
 * @param {Stack} stack
 * @param {ChartLook} look
 * @returns {Promise<() => void>} Takes it away again.
 */
export async function drawChart(place, stack, look) {
  const address = new URL("../uplot.js", import.meta.url).href;
  /** @type {{ default: typeof import("npm:uplot@1.6.32") }} */
  const { default: uPlot } = await import(address);
  const columns = columnsOf(stack);
  /** @type {string[]} */
  let inks = [];
  let [line, soft] = ["", ""];
  function readColours() {
    inks = stack.layers.map((_, nth) => colourOf(place, seriesColour(stack, nth)));
    line = colourOf(place, "--line");
    soft = colourOf(place, "--soft");
  }
  readColours();
  const bars = uPlot.paths.bars?.({ size: [FILL, 48], align: 1, radius: 0 });
  const end = (stack.starts.at(-1) ?? 0) + stack.stepMs;
  const axis = { stroke: () => soft, font: `12px ${getComputedStyle(place).fontFamily}` };
  /** @type {PlotOptions} */
  const options = {
    width: place.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    padding: [10, 6, 0, 0],
    scales: {
      x: { range: [(stack.starts[0] ?? 0) / 1000, end / 1000] },
      y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.06 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        gap: 6,
        space: 64,
        ticks: { show: false },
        grid: { show: false },
        values: (_plot, values, _nth, _space, step) =>
          values.map((value) => value * 1000 < end ? look.time(value * 1000, step * 1000) : ""),
      },
      {
        ...axis,
        size: AXIS,
        gap: 8,
        ticks: { show: false },
        grid: { stroke: () => line, width: 1 },
        values: (_plot, values) => values.map((value) => look.axis(value)),
      },
    ],
    series: [
      {},
      ...stack.layers.map((_, nth) => ({
        ...(bars === undefined ? {} : { paths: bars }),
        points: { show: false },
        width: 0,
        // The highest edge is the first series, and that of the last layer.
        fill: () => inks[stack.layers.length - 1 - nth] ?? soft,
      })),
    ],
    hooks: {
      draw: [(plot) => drawMarks(plot, stack, soft)],
      setCursor: [(plot) => look.onPoint(pointedAt(plot, stack))],
    },
    ...(look.isUtc
      ? { tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") }
      : {}),
  };
  const plot = new uPlot(
    options,
    /** @type {import("npm:uplot@1.6.32").AlignedData} */ (columns),
    place,
  );
  const size = new ResizeObserver(() => {
    if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  size.observe(place);
  const redraw = () => {
    readColours();
    // The colours are kept with the paths.
    plot.redraw(true);
  };
  const theme = new MutationObserver(redraw);
  theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", redraw);
  return () => {
    size.disconnect();
    theme.disconnect();
    system.removeEventListener("change", redraw);
    plot.destroy();
  };
}

/**
 * The name of a layer's colour.
 *
 * @param {Pick<Stack, "layers">} stack
 * @param {number} nth
 */
export function seriesColour({ layers }, nth) {
  return nth >= 6 || (layers[nth]?.others ?? 0) > 0 ? "--series-rest" : `--series-${nth + 1}`;
}

/**
 * The bar under the pointer. uPlot gives the nearest beginning, which is the next bar's in the right half of one.
 *
 * @param {Plot} plot
 * @param {Stack} stack
 */
function pointedAt({ cursor, posToVal }, { starts, stepMs }) {
  if (cursor.left === undefined || cursor.left < 0) return undefined;
  const nth = Math.floor((posToVal(cursor.left, "x") * 1000 - (starts[0] ?? 0)) / stepMs);
  return nth >= 0 && nth < starts.length ? nth : undefined;
}

/**
 * Marks the bars that are not all: stripes over them, and at the foot where nothing is known.
 *
 * @param {Plot} plot
 * @param {Stack} stack
 * @param {string} ink
 */
function drawMarks(plot, { starts, stepMs, totals }, ink) {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.lineWidth = ratio;
  for (const [nth, { value, isPartial }] of totals.entries()) {
    const start = starts[nth];
    if (!isPartial || start === undefined) continue;
    const left = plot.valToPos(start / 1000, "x", true);
    const width = (plot.valToPos((start + stepMs) / 1000, "x", true) - left) * FILL;
    const foot = plot.valToPos(value ?? 0, "y", true) - ratio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, foot - MARK * ratio, Math.min(width, 48 * ratio), MARK * ratio);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - MARK * ratio; x < left + width; x += 3 * ratio) {
      ctx.moveTo(x, foot);
      ctx.lineTo(x + MARK * ratio, foot - MARK * ratio);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

/**
 * A colour of the style sheet as a canvas reads it: `light-dark()` is decided.
 *
 * @param {HTMLElement} place
 * @param {string} name
 */
function colourOf(place, name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
