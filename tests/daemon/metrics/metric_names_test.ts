/** The names and labels of metrics on which dashboards and alert rules of others rely. @module */
import assert from "node:assert/strict";
import { GatewayMetrics } from "../../../src/daemon/metrics/gateway_metrics.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";

/** A change of one of these breaks somebody's queries; a new metric does not. */
const PROMISED = [
  "pollux_account_available{account} gauge",
  "pollux_account_cooling_seconds{account,model} gauge",
  "pollux_affinity_total{result} counter",
  "pollux_cost_usd_total{key,account,model} counter",
  "pollux_limit_refusals_total{key,limit} counter",
  "pollux_overhead_seconds{} histogram",
  "pollux_request_duration_seconds{route,model} histogram",
  "pollux_requests_in_flight{} gauge",
  "pollux_requests_total{route,method,model,key,code} counter",
  "pollux_rotations_total{reason} counter",
  "pollux_time_to_first_event_seconds{model} histogram",
  "pollux_tokens_total{key,account,model,type} counter",
  "pollux_upstream_requests_total{account,model,outcome} counter",
  "pollux_usage_write_lag_seconds{} gauge",
];

Deno.test("The metrics that queries rely on keep their names, labels and types", () => {
  const { all } = new GatewayMetrics({
    clock: Date,
    redaction: new Redaction(),
    usage: { costOf: () => undefined, writeLagMs: 0 },
    nameOf: () => undefined,
  });
  const shown = all.map(({ name, labels, type }) => `${name}{${labels.join(",")}} ${type}`);
  assert.deepEqual(PROMISED.filter((one) => !shown.includes(one)), []);
  assert.ok(all.some(({ name }) => name === "pollux_build_info"));
  // Units by the conventions of Prometheus: counters, and nothing else, end with _total.
  for (const { name, type } of all) {
    assert.equal(name.endsWith("_total"), type === "counter", name);
    assert.doesNotMatch(name, /_(?:ms|millis|minutes|kb|mb)(?:_|$)/);
  }
});
