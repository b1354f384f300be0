/**
 * Whether OpenTelemetry is on, and what of it, as the variables of the environment say. They are Deno's own: the
 * source reads them through Deno, and the executable, in which Deno ignores them, through this file.
 *
 * @see {@link https://docs.deno.com/runtime/fundamentals/open_telemetry/}
 * @see {@link https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/}
 * @module
 */

/** Reads a variable of the environment. */
export type ReadVariable = (name: string) => string | undefined;

/** The settings. */
export interface OtelSettings {
  readonly hasTraces: boolean;
  readonly hasMetrics: boolean;
  /** Whether the GenAI metrics of the newest conventions are sent beside those that everybody knows. */
  readonly hasLatestGenAi: boolean;
}

/** The member of `OTEL_SEMCONV_STABILITY_OPT_IN` for {@linkcode OtelSettings.hasLatestGenAi}. */
const LATEST_GEN_AI = "gen_ai_latest_experimental";

/** Variables with headers for the receiver, which authorize whoever sends them. */
export const OTEL_HEADER_VARIABLES: readonly string[] = [
  "OTEL_EXPORTER_OTLP_HEADERS",
  "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
  "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
];

/** All variables that have an effect. */
export const OTEL_VARIABLES: readonly string[] = [
  "OTEL_DENO",
  "OTEL_DENO_TRACING",
  "OTEL_DENO_METRICS",
  "OTEL_SDK_DISABLED",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
  "OTEL_EXPORTER_OTLP_PROTOCOL",
  "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
  "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
  ...OTEL_HEADER_VARIABLES,
  "OTEL_SERVICE_NAME",
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_PROPAGATORS",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OTEL_BSP_SCHEDULE_DELAY",
  "OTEL_BSP_MAX_QUEUE_SIZE",
  "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
  "OTEL_BSP_EXPORT_TIMEOUT",
  "OTEL_METRIC_EXPORT_INTERVAL",
  "OTEL_METRIC_EXPORT_TIMEOUT",
  "OTEL_SEMCONV_STABILITY_OPT_IN",
];

/**
 * Reads the settings.
 *
 * @returns Undefined if OpenTelemetry is off, as it is by default.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { otelSettings } from "./otel_settings.ts";
 *
 * const variables = new Map([["OTEL_DENO", "true"]]);
 * assert.equal(otelSettings((name) => variables.get(name))?.hasTraces, true);
 * assert.equal(otelSettings(() => undefined), undefined);
 * ```
 */
export function otelSettings(read: ReadVariable): OtelSettings | undefined {
  const says = (name: string) => read(name)?.toLowerCase();
  if (!isTrue(says("OTEL_DENO")) || isTrue(says("OTEL_SDK_DISABLED"))) return undefined;
  const hasTraces = isTrue(says("OTEL_DENO_TRACING") ?? "true");
  const hasMetrics = isTrue(says("OTEL_DENO_METRICS") ?? "true");
  if (!hasTraces && !hasMetrics) return undefined;
  const optIn = read("OTEL_SEMCONV_STABILITY_OPT_IN") ?? "";
  return {
    hasTraces,
    hasMetrics,
    hasLatestGenAi: optIn.split(",").some((word) => word.trim() === LATEST_GEN_AI),
  };
}

function isTrue(value: string | undefined): boolean {
  return value === "true" || value === "1";
}
