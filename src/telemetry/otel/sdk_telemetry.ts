/**
 * OpenTelemetry by its own packages, for the executable: OTLP over HTTP, with the variables that Deno's reads.
 *
 * @module
 */
import { type Context, ROOT_CONTEXT, SpanKind, type TextMapGetter } from "@opentelemetry/api";
import { setGlobalErrorHandler, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPMetricExporter as JsonMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { defined } from "../../base/defined.ts";
import { ignore } from "../../base/ignore.ts";
import { isWithin } from "../../base/is_within.ts";
import type { ReadVariable } from "./otel_settings.ts";
import { SCOPE, type Telemetry, type TelemetryOptions } from "./telemetry.ts";

/** How long the last export may take, in ms: the gateway stops meanwhile. */
const LAST_EXPORT_MS = 2000;

/** How often a problem is reported, in ms. */
const PROBLEM_MS = 60_000;

const HEADERS: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...headers.keys()],
};

/** That of the packages, with the settings of the environment. */
export function sdkTelemetry({ settings, read, version, onProblem }: TelemetryOptions): Telemetry {
  reportTo(onProblem);
  const resource = defaultResource()
    .merge(resourceFromAttributes({ "service.name": "pollux", "service.version": version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const traces = new TracerProvider({
    resource,
    sampler: samplerOf(read),
    spanProcessors: settings.hasTraces ? [spanProcessor(read)] : [],
  });
  const metrics = new MeterProvider({
    resource,
    readers: settings.hasMetrics ? [metricReader(read)] : [],
  });
  const tracer = traces.getTracer(SCOPE, version);
  const parentOf = parentReader(read);
  return {
    tracer,
    meter: metrics.getMeter(SCOPE, version),
    isRuntime: false,
    arrived({ method, headers }) {
      if (!settings.hasTraces) return undefined;
      return tracer.startSpan(
        method,
        { kind: SpanKind.SERVER, attributes: { "http.request.method": method } },
        parentOf(headers),
      );
    },
    async [Symbol.asyncDispose]() {
      const sent = Promise.all([traces.shutdown(), metrics.shutdown()]).then(ignore, ignore);
      await isWithin(LAST_EXPORT_MS, sent);
    },
  };
}

/** Reports the errors of exports. */
function reportTo(onProblem: (reason: string) => void): void {
  let reportedMs = -Infinity;
  setGlobalErrorHandler((error) => {
    if (performance.now() - reportedMs < PROBLEM_MS) return;
    reportedMs = performance.now();
    onProblem(error instanceof Error ? error.message : "unknown");
  });
}

/** Reads the span that a request names as its parent. */
function parentReader(read: ReadVariable): (headers: Headers) => Context {
  const propagators = (read("OTEL_PROPAGATORS") ?? "tracecontext").split(",");
  if (!propagators.some((name) => name.trim() === "tracecontext")) return () => ROOT_CONTEXT;
  const propagator = new W3CTraceContextPropagator();
  return (headers) => propagator.extract(ROOT_CONTEXT, headers, HEADERS);
}

function isJson(read: ReadVariable, signal: "TRACES" | "METRICS"): boolean {
  const protocol = read(`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`) ??
    read("OTEL_EXPORTER_OTLP_PROTOCOL");
  return protocol === "http/json";
}

function spanProcessor(read: ReadVariable): BatchSpanProcessor {
  return new BatchSpanProcessor({
    exporter: isJson(read, "TRACES") ? new JsonTraceExporter() : new OTLPTraceExporter(),
    ...defined({
      scheduledDelayMillis: numberIn(read("OTEL_BSP_SCHEDULE_DELAY")),
      maxQueueSize: numberIn(read("OTEL_BSP_MAX_QUEUE_SIZE")),
      maxExportBatchSize: numberIn(read("OTEL_BSP_MAX_EXPORT_BATCH_SIZE")),
      exportTimeoutMillis: numberIn(read("OTEL_BSP_EXPORT_TIMEOUT")),
    }),
  });
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

function numberIn(value: string | undefined): number | undefined {
  return value !== undefined && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
}

/** The sampler by its name in the specification. */
function samplerOf(read: ReadVariable): Sampler {
  const name = read("OTEL_TRACES_SAMPLER") ?? "parentbased_always_on";
  const root = rootSampler(name.replace("parentbased_", ""), read("OTEL_TRACES_SAMPLER_ARG"));
  return name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, ratio: string | undefined): Sampler {
  if (name === "always_off") return new AlwaysOffSampler();
  return name === "traceidratio" && ratio !== undefined
    ? new TraceIdRatioBasedSampler(Number(ratio))
    : new AlwaysOnSampler();
}
