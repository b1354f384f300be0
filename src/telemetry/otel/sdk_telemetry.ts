/**
 * OpenTelemetry for the executable: OTLP over HTTP, with the variables that Deno's reads. Spans are Pollux's own, since
 * those of OpenTelemetry's packages take several times as long; metrics, and all that is sent, go through the packages.
 *
 * @module
 */
import { setGlobalErrorHandler } from "@opentelemetry/core";
import { OTLPMetricExporter as JsonMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { defined } from "../../base/defined.ts";
import { ignore } from "../../base/ignore.ts";
import { isWithin } from "../../base/is_within.ts";
import { JsonSpans } from "./json_spans.ts";
import type { ReadVariable } from "./otel_settings.ts";
import { ProtobufSpans } from "./protobuf_spans.ts";
import { numberIn, SpanQueue } from "./span_queue.ts";
import { SpanRecorder } from "./span_recorder.ts";
import { SCOPE, type Telemetry, type TelemetryOptions } from "./telemetry.ts";

/** How long the last export may take, in ms: the gateway stops meanwhile. */
const LAST_EXPORT_MS = 2000;

/** How often a problem is reported, in ms. */
const PROBLEM_MS = 60_000;

/** With the settings of the environment. */
export function sdkTelemetry({ settings, read, version, onProblem }: TelemetryOptions): Telemetry {
  const report = rarely(onProblem);
  setGlobalErrorHandler((error) => report(error instanceof Error ? error.message : "unknown"));
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": "pollux", "service.version": version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const metrics = new MeterProvider({
    resource,
    readers: settings.hasMetrics ? [metricReader(read)] : [],
  });
  const format = isJson(read, "TRACES") ? new JsonSpans() : new ProtobufSpans();
  const source = { resource: resource.attributes, scope: SCOPE, version };
  const spans = settings.hasTraces
    ? new SpanQueue(format, { source, read, onProblem: report })
    : undefined;
  const recorder = new SpanRecorder(read, (span) => spans?.add(span));
  return {
    meter: metrics.getMeter(SCOPE, version),
    isRuntime: false,
    arrived: (request) => spans === undefined ? undefined : recorder.arrived(request),
    async [Symbol.asyncDispose]() {
      const sent = Promise.all([spans?.close(), metrics.shutdown()]).then(ignore, ignore);
      await isWithin(LAST_EXPORT_MS, sent);
    },
  };
}

/** Reports a problem, at most once in {@linkcode PROBLEM_MS}. */
function rarely(onProblem: (reason: string) => void): (reason: string) => void {
  let reportedMs = -Infinity;
  return (reason) => {
    if (performance.now() - reportedMs < PROBLEM_MS) return;
    reportedMs = performance.now();
    onProblem(reason);
  };
}

function isJson(read: ReadVariable, signal: "TRACES" | "METRICS"): boolean {
  const protocol = read(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ??
    read("OTEL_EXPORTER_OTLP_PROTOCOL");
  return protocol === "http/json";
}

function metricReader(read: ReadVariable): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: isJson(read, "METRICS") ? new JsonMetricExporter() : new OTLPMetricExporter(),
    ...defined({
      exportIntervalMillis: numberIn(read("OTEL_METRIC_EXPORT_INTERVAL")),
      exportTimeoutMillis: numberIn(read("OTEL_METRIC_EXPORT_TIMEOUT")),
    }),
  });
}
