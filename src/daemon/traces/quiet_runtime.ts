/**
 * Keeps secrets out of what Deno itself traces.
 *
 * @module
 */
import { otelSettings } from "../../telemetry/otel/otel_settings.ts";

/** Takes effect if the environment switches Deno's traces on. Must be called before the first request of this process. */
export async function quietRuntime(): Promise<void> {
  if (Deno.build.standalone || !otelSettings((name) => Deno.env.get(name))?.hasTraces) return;
  const { useFetch } = await import("../../accounts/network/network.ts");
  const { hideUrls, quietFetch } = await import("../../telemetry/otel/quiet_runtime.ts");
  hideUrls();
  useFetch(quietFetch);
}
