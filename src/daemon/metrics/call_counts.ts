/**
 * The metrics of calls: their names, what they say, and their labels.
 *
 * @see {@link https://prometheus.io/docs/practices/naming/}
 * @module
 */
import { type Counter, Counters } from "../../telemetry/metrics/counters.ts";
import { Histograms } from "../../telemetry/metrics/histograms.ts";

/** In seconds: those that OpenTelemetry's conventions for generative AI recommend, and two for long calls. */
const CALL_BOUNDS = Array.from({ length: 16 }, (_, power) => 2 ** power / 100);

/** In seconds: the gateway adds less than a millisecond to most calls. */
const OVERHEAD_BOUNDS = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1],
];

/** All metrics of calls. */
export type CallCounts = ReturnType<typeof callCounts>;

/** Creates the metrics, each with nothing counted. */
export function callCounts() {
  const folded = new Counters({
    name: "pollux_metrics_folded_total",
    help: 'Label values that were counted as "other", since a label or a metric has too many.',
    labels: ["label"],
  });
  const onFold = () => void folded.of({ label: "all" }).value++;
  const affinity = new Counters({
    name: "pollux_affinity_total",
    help: "Calls of conversations that have an account, by whether that account served them.",
    labels: ["result"],
  });
  return {
    folded,
    requests: new Counters({
      name: "pollux_requests_total",
      help: "Requests of clients that are over.",
      labels: ["route", "method", "model", "key", "code"],
      onFold,
    }),
    duration: new Histograms({
      name: "pollux_request_duration_seconds",
      help: "Time from the arrival of a request to the last byte of its response.",
      labels: ["route", "model"],
      bounds: CALL_BOUNDS,
      onFold,
    }),
    firstEvent: new Histograms({
      name: "pollux_time_to_first_event_seconds",
      help: "Time from the arrival of a request to the first event of a streamed response.",
      labels: ["model"],
      bounds: CALL_BOUNDS,
      onFold,
    }),
    overhead: new Histograms({
      name: "pollux_overhead_seconds",
      help: "The part of the time until a response begins that the gateway itself took.",
      labels: [],
      bounds: OVERHEAD_BOUNDS,
    }),
    broken: new Counters({
      name: "pollux_broken_responses_total",
      help: "Responses that had begun with status 200 and then ended with an error.",
      labels: ["model"],
      onFold,
    }),
    tokens: new Counters({
      name: "pollux_tokens_total",
      help: "Tokens as Google counted them. Each token is of one type.",
      labels: ["key", "account", "model", "type"],
      onFold,
    }),
    cost: new Counters({
      name: "pollux_cost_usd_total",
      help: "Estimated cost in US dollars of the models whose price is known.",
      labels: ["key", "account", "model"],
      onFold,
    }),
    unpriced: new Counters({
      name: "pollux_unpriced_requests_total",
      help: "Requests that used tokens of a model whose price is not known.",
      labels: ["model"],
      onFold,
    }),
    upstream: new Counters({
      name: "pollux_upstream_requests_total",
      help: "Requests that were sent to Google, by how they ended.",
      labels: ["account", "model", "outcome"],
      onFold,
    }),
    rotations: new Counters({
      name: "pollux_rotations_total",
      help: "Moves of a request to another account, by the error of the one before.",
      labels: ["reason"],
    }),
    limitRefusals: new Counters({
      name: "pollux_limit_refusals_total",
      help: "Requests that a limit of their client key refused.",
      labels: ["key", "limit"],
      onFold,
    }),
    affinity,
    affinityOf: {
      hit: affinity.of({ result: "hit" }),
      moved: affinity.of({ result: "moved" }),
      lost: affinity.of({ result: "lost" }),
    } satisfies Record<string, Counter>,
  };
}
