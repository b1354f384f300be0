/** The document, the alert rules and the dashboard name metrics and labels that exist. @module */
import assert from "node:assert/strict";
import { GatewayMetrics } from "../../../src/daemon/metrics/gateway_metrics.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import { documentText } from "../documents/documents.ts";
import { expressions, METRICS_DOCUMENT, readDashboard } from "./expressions.ts";

const { all } = new GatewayMetrics({
  clock: Date,
  redaction: new Redaction(),
  usage: { costOf: () => undefined, writeLagMs: 0 },
  nameOf: () => undefined,
});

/** Labels by the names of all samples. */
const LABELS = new Map<string, ReadonlySet<string>>(
  all.flatMap(({ name, type, labels }) =>
    type === "histogram"
      ? [
        [`${name}_bucket`, new Set([...labels, "le"])] as const,
        [`${name}_sum`, new Set(labels)] as const,
        [`${name}_count`, new Set(labels)] as const,
      ]
      : [[name, new Set(labels)] as const]
  ),
);

/** What Prometheus adds itself. */
const ADDED = new Set(["instance", "job"]);

Deno.test("docs/metrics.md has every metric with its type and labels, and no other", () => {
  const [, section = ""] = documentText(METRICS_DOCUMENT).split(/^## Each metric$/m);
  const rows = [...section.matchAll(/^\| `(\w+)` +\| (\w+) +\| ([^|]*)\| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, name, type, labels = ""]) => [
      name,
      type,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label),
    ]).sort(),
    all.map(({ name, type, labels }) => [name, type, [...labels]]).sort(),
  );
});

Deno.test("docs/metrics.md describes every label but those of one metric alone", () => {
  const [, section = ""] = documentText(METRICS_DOCUMENT).split(/^## Labels$/m);
  const described = [...section.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name = ""]) => name);
  const labels = new Set(all.flatMap(({ labels }) => labels));
  assert.deepEqual(
    [...labels].filter((label) => !described.includes(label)).sort(),
    ["deno", "label", "state", "version"],
  );
  assert.deepEqual(described.filter((label) => !labels.has(label)), []);
});

Deno.test("The document, the alert rules and the dashboard use metrics and labels that exist", () => {
  const used = new Set<string>();
  for (const { where, text } of expressions()) {
    const names = [...text.matchAll(/\b(?:pollux|process)_\w+/g)].map(([name]) => name);
    assert.ok(names.length > 0 || /\bup\{/.test(text), where);
    const grouped = new Set(ADDED);
    for (const name of names) {
      const labels = LABELS.get(name) ?? assert.fail(`${where}: there is no "${name}"`);
      used.add(name.replace(/_(?:bucket|sum|count)$/, ""));
      labels.forEach((label) => grouped.add(label));
    }
    for (const [, name = "", matchers = ""] of text.matchAll(/\b(\w+)\{([^}]*)\}/g)) {
      for (const [, label = ""] of matchers.matchAll(/(\w+)\s*[=!]~?\s*"[^"]*"/g)) {
        const exists = ADDED.has(label) || LABELS.get(name)?.has(label);
        assert.ok(exists, `${where}: "${name}" has no label "${label}"`);
      }
    }
    for (const [, list = ""] of text.matchAll(/\b(?:by|on)\s*\(([^)]*)\)/g)) {
      for (const label of list.split(/\s*,\s*/)) {
        assert.ok(grouped.has(label), `${where}: no metric there has the label "${label}"`);
      }
    }
  }
  // Whoever adds a metric says what it is good for.
  assert.deepEqual(all.map(({ name }) => name).filter((name) => !used.has(name)), []);
});

Deno.test("The dashboard's panels have ids of their own, do not overlap, and take every data source", () => {
  const { panels, templating: { list } } = readDashboard();
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const cells = new Set<string>();
  for (const { type, title, datasource, gridPos: { h, w, x, y }, targets = [] } of panels) {
    assert.ok(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assert.ok(!cells.has(`${column} ${line}`), `"${title}" overlaps another panel`);
        cells.add(`${column} ${line}`);
      }
    }
    if (type === "row") continue;
    assert.equal(datasource?.uid, "${datasource}", title);
    assert.ok(targets.length > 0, title);
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
    for (const [, name] of targets.flatMap(({ expr }) => [...expr.matchAll(/\$(\w+)/g)])) {
      assert.ok(
        name === "__rate_interval" || list.some((variable) => variable.name === name),
        `"${title}" uses the variable "${name}"`,
      );
    }
  }
  for (const { name, type, query } of list) {
    if (type !== "query" || typeof query === "string") continue;
    const [, metric = "", label] = /^label_values\((\w+), (\w+)\)$/.exec(query.query) ?? [];
    assert.equal(label, name);
    assert.ok(ADDED.has(name) || LABELS.get(metric)?.has(name), query.query);
  }
});
