/**
 * OpenTelemetry as the gateway uses it: through Deno where Pollux runs from source, through the packages of
 * OpenTelemetry in the executable. `deno compile` fixes Deno's own at build time, so that the executable would ignore
 * the variables of its environment.
 *
 * @module
 */
import type { Telemetry, TelemetryOptions } from "./telemetry.ts";

/** Opens OpenTelemetry. The packages are loaded only now: most gateways never need them. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  if (options.isExecutable ?? Deno.build.standalone) {
    const { sdkTelemetry } = await import("./sdk_telemetry.ts");
    return sdkTelemetry(options);
  }
  const { runtimeTelemetry } = await import("./runtime_telemetry.ts");
  return runtimeTelemetry(options);
}
