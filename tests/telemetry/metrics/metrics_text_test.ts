/** The text of metrics, and the bounds of their labels. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Counters } from "../../../src/telemetry/metrics/counters.ts";
import { Gauge } from "../../../src/telemetry/metrics/gauge.ts";
import { Histograms } from "../../../src/telemetry/metrics/histograms.ts";
import { LabelValues, MOST_VALUES } from "../../../src/telemetry/metrics/label_values.ts";
import { metricsText } from "../../../src/telemetry/metrics/metrics_text.ts";
import { MOST_SERIES } from "../../../src/telemetry/metrics/series_table.ts";
import { Scrape } from "../../support/prometheus_text.ts";

Deno.test("metricsText() escapes every label value and help so that a parser reads the same", () => {
  fc.assert(fc.property(
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom("\\", '"', "\n", "{", "}", ",", "=", "a", "é") }),
    (one, other) => {
      const calls = new Counters({ name: "calls_total", help: "One.", labels: ["one", "other"] });
      calls.of({ one, other }).value += 3;
      const { metrics } = new Scrape(metricsText([calls]));
      const samples = metrics.get("calls_total")?.samples;
      assert.deepEqual(samples, [{ name: "calls_total", labels: { one, other }, value: 3 }]);
    },
  ));
  const odd = new Counters({ name: "odd_total", help: "A\nB \\ C", labels: [] });
  assert.match(metricsText([odd]), /^# HELP odd_total A\\nB \\\\ C\n/);
});

Deno.test("A histogram's buckets are cumulative, and their bounds inclusive", () => {
  const times = new Histograms({
    name: "times_seconds",
    help: "Times.",
    labels: ["key"],
    bounds: [0.1, 1],
  });
  for (const value of [0.05, 0.1, 0.2, 1, 5]) times.of({ key: "a" }).observe(value);
  assert.deepEqual([...times.lines()], [
    'times_seconds_bucket{key="a",le="0.1"} 2',
    'times_seconds_bucket{key="a",le="1"} 4',
    'times_seconds_bucket{key="a",le="+Inf"} 5',
    'times_seconds_sum{key="a"} 6.35',
    'times_seconds_count{key="a"} 5',
  ]);
});

Deno.test("A gauge shows one value for equal labels, and special values as Go reads them", () => {
  const gauge = new Gauge<"a">({ name: "some", help: "Some.", labels: ["a"] }, () => [
    { labels: { a: "x" }, value: 1 },
    { labels: { a: "x" }, value: 7 },
    { labels: { a: "y" }, value: Infinity },
    { labels: { a: "z" }, value: -Infinity },
  ]);
  assert.deepEqual([...gauge.lines()], [
    'some{a="x"} 7',
    'some{a="y"} +Inf',
    'some{a="z"} -Inf',
  ]);
});

Deno.test("A metric without labels is there from the start, one with labels from its first value", () => {
  const none = new Counters({ name: "none_total", help: "None.", labels: [] });
  assert.deepEqual([...none.lines()], ["none_total 0"]);
  const some = new Counters({ name: "some_total", help: "Some.", labels: ["key"] });
  assert.deepEqual([...some.lines()], []);
});

Deno.test("A metric has a bounded number of series, and no count is lost", () => {
  let folds = 0;
  const calls = new Counters({
    name: "calls_total",
    help: "Calls.",
    labels: ["key", "model"],
    onFold: () => folds++,
  });
  const more = 50;
  for (let nth = 0; nth < MOST_SERIES + more; nth++) {
    calls.of({ key: `k${nth}`, model: "m" }).value++;
  }
  const scrape = new Scrape(metricsText([calls]));
  assert.equal(scrape.samples("calls_total").length, MOST_SERIES);
  assert.equal(scrape.sum("calls_total"), MOST_SERIES + more);
  assert.equal(scrape.sum("calls_total", { key: "other", model: "other" }), more + 1);
  assert.equal(folds, more + 1);
  calls.of({ key: "k0", model: "m" }).value++;
  assert.equal(folds, more + 1);
});

Deno.test("A label has a bounded number of values; those beyond are other", () => {
  let folds = 0;
  const shown: string[] = [];
  const values = new LabelValues({
    shown: (value) => (shown.push(value), value.toUpperCase()),
    onFold: () => folds++,
  });
  assert.equal(values.of(""), "");
  for (let nth = 0; nth < MOST_VALUES; nth++) assert.equal(values.of(`v${nth}`), `V${nth}`);
  assert.equal(values.of("w"), "other");
  assert.equal(values.of("v7"), "V7");
  assert.equal(folds, 1);
  assert.equal(shown.length, MOST_VALUES);
});
