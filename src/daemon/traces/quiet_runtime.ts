/**
 * Keeps Deno, while it traces, from telling others about Pollux's own requests.
 *
 * @module
 */
import { otelSettings } from "../../telemetry/otel/otel_settings.ts";

/** Must be called before the first request of this process. */
export async function quietRuntime(): Promise<void> {
  if (!otelSettings((name) => Deno.env.get(name))?.hasTraces) return;
  const { useFetch } = await import("../../accounts/network/network.ts");
  const { quietFetch } = await import("../../telemetry/otel/quiet_fetch.ts");
  useFetch(quietFetch);
}
