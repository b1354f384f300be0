/**
 * The OpenTelemetry that Deno has built in. Deno makes a span for every request that it receives, and sends spans and
 * metrics, at its exit too.
 *
 * @module
 */
import { metrics, trace } from "@opentelemetry/api";
import { SCOPE, type Telemetry, type TelemetryOptions } from "./telemetry.ts";

/** Deno's own, which is on. */
export function runtimeTelemetry({ version }: TelemetryOptions): Telemetry {
  return {
    tracer: trace.getTracer(SCOPE, version),
    meter: metrics.getMeter(SCOPE, version),
    isRuntime: true,
    arrived: () => trace.getActiveSpan(),
    async [Symbol.asyncDispose]() {},
  };
}
