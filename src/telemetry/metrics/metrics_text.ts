/**
 * Metrics in the text format of Prometheus.
 *
 * @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format}
 * @module
 */

/** The `Content-Type` of the text. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Lines between two pauses: they take about 3 ms. */
const PAUSE_EVERY = 1000;

/** Names and values of labels. */
export type Labels<Name extends string = string> = Readonly<Record<Name, string>>;

/** What a metric is, for whoever reads it. */
export interface MetricInfo {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
}

/** A metric: all series that have its name. */
export interface Metric extends MetricInfo {
  readonly type: "counter" | "gauge" | "histogram";
  /** The names of its labels. */
  readonly labels: readonly string[];
  /** Its series, a line for each sample. */
  lines(): Iterable<string>;
}

/**
 * All metrics as a text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Counters } from "./counters.ts";
 * import { metricsText } from "./metrics_text.ts";
 *
 * const calls = new Counters({ name: "calls_total", help: "Calls.", labels: ["key"] });
 * calls.of({ key: "team" }).value += 2;
 * assert.equal(
 *   metricsText([calls]),
 *   '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total{key="team"} 2\n',
 * );
 * ```
 */
export function metricsText(metrics: Iterable<Metric>): string {
  return textOf([...linesOf(metrics)]);
}

/**
 * As {@linkcode metricsText}, with pauses: a text of all series that metrics may have takes a fifth of a second, in
 * which a gateway could do nothing else.
 *
 * @param pause Lets other work go on.
 */
export async function pausedMetricsText(
  metrics: Iterable<Metric>,
  pause: () => Promise<void>,
): Promise<string> {
  const lines: string[] = [];
  for (const line of linesOf(metrics)) {
    lines.push(line);
    if (lines.length % PAUSE_EVERY === 0) await pause();
  }
  return textOf(lines);
}

function* linesOf(metrics: Iterable<Metric>): Iterable<string> {
  for (const metric of metrics) {
    const { name, help, type } = metric;
    yield `# HELP ${name} ${escaped(help)}`;
    yield `# TYPE ${name} ${type}`;
    yield* metric.lines();
  }
}

function textOf(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** Labels as they follow a name, in braces; empty if there are none. */
export function labelsText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) =>
    `${name}="${escaped(value).replaceAll('"', '\\"')}"`
  );
  return parts.length === 0 ? "" : `{${parts.join(",")}}`;
}

/** A value as Go's ParseFloat reads it. */
export function valueText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
