/**
 * Reads the text format of Prometheus, and is as strict as Prometheus itself.
 *
 * @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format}
 * @module
 */
import assert from "node:assert/strict";
import { keepPrinted } from "./keep_printed.ts";

/** One line with a value. */
export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its samples. */
export interface ScrapedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ScrapedSample[];
}

/** What was scraped. */
export class Scrape {
  readonly text: string;
  readonly metrics: ReadonlyMap<string, ScrapedMetric>;

  constructor(text: string) {
    this.text = text;
    keepPrinted(text);
    this.metrics = new Map(parsed(text).map((metric) => [metric.name, metric]));
  }

  /** The sum of the samples of this name that have these labels; 0 if there are none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The samples of this name that have these labels. */
  samples(name: string, labels: Readonly<Record<string, string>> = {}): readonly ScrapedSample[] {
    const family = this.metrics.get(name) ??
      this.metrics.get(name.replace(/_(?:bucket|sum|count)$/, ""));
    assert.ok(family !== undefined, `no metric "${name}"`);
    return family.samples.filter((sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value)
    );
  }

  /** The values of a label. */
  values(name: string, label: string): readonly string[] {
    return [...new Set(this.samples(name).map(({ labels }) => labels[label] ?? ""))].sort();
  }
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /^([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\n"])*)"(,|$)/;

function parsed(text: string): ScrapedMetric[] {
  assert.match(text, /[^\n]\n$/);
  const metrics: (ScrapedMetric & { samples: ScrapedSample[] })[] = [];
  const seen = new Set<string>();
  const lines = text.slice(0, -1).split("\n");
  for (let at = 0; at < lines.length;) {
    const help = /^# HELP ([a-z_]+) (.+)$/.exec(lines[at++] ?? "") ?? assert.fail(lines[at - 1]);
    const type = /^# TYPE ([a-z_]+) (counter|gauge|histogram)$/.exec(lines[at++] ?? "") ??
      assert.fail(lines[at - 1]);
    const [, name = "", words = ""] = help;
    assert.equal(type[1], name);
    assert.ok(!metrics.some((metric) => metric.name === name), `${name} is there twice`);
    const metric = { name, help: words, type: type[2] ?? "", samples: [] as ScrapedSample[] };
    metrics.push(metric);
    for (; at < lines.length && !lines[at]?.startsWith("#"); at++) {
      const sample = sampleIn(lines[at] ?? "");
      const base = metric.type === "histogram"
        ? sample.name.replace(/_(?:bucket|sum|count)$/, "")
        : sample.name;
      assert.equal(base, name, lines[at]);
      const series = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      assert.ok(!seen.has(series), `${series} is there twice`);
      seen.add(series);
      metric.samples.push(sample);
    }
    if (metric.type === "histogram") checkBuckets(metric);
    if (metric.type !== "gauge") assert.ok(metric.samples.every(({ value }) => value >= 0), name);
  }
  return metrics;
}

function sampleIn(line: string): ScrapedSample {
  const [, name = "", inner = "", number = ""] = LINE.exec(line) ?? assert.fail(line);
  const labels: Record<string, string> = {};
  for (let rest = inner; rest !== "";) {
    const [all, label = "", text = ""] = LABEL.exec(rest) ?? assert.fail(line);
    labels[label] = text.replace(/\\(.)/g, (_, char) => char === "n" ? "\n" : char);
    rest = rest.slice(all.length);
  }
  const value = number === "+Inf" ? Infinity : Number(number);
  assert.ok(!Number.isNaN(value), line);
  return { name, labels, value };
}

/** Buckets are cumulative, and the last one has all values. */
function checkBuckets({ name, samples }: ScrapedMetric): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...rest } }) => JSON.stringify(rest));
  for (const [labels, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => labels["le"] === "+Inf" ? Infinity : +labels["le"]!);
    assert.deepEqual(bounds, bounds.toSorted((a, b) => a - b), labels);
    assert.equal(bounds.at(-1), Infinity);
    const counts = buckets.map(({ value }) => value);
    assert.deepEqual(counts, counts.toSorted((a, b) => a - b), labels);
    assert.equal(counts.at(-1), group.find((sample) => sample.name === `${name}_count`)?.value);
    assert.equal(group.filter((sample) => sample.name === `${name}_sum`).length, 1);
  }
}
