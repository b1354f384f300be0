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
