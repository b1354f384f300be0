/**
 * OpenTelemetry of a gateway: its traces and its GenAI metrics, if the environment asks for them.
 *
 * @module
 */
import manifest from "../../../deno.json" with { type: "json" };
import type { Account } from "../../accounts/account.ts";
import type { Handler } from "../../server/app.ts";
import type { CallObserver } from "../../server/call/call_observer.ts";
import { otelSettings, type ReadVariable } from "../../telemetry/otel/otel_settings.ts";
import { openTelemetry } from "../../telemetry/otel/open_telemetry.ts";

/** What takes part in a gateway. Disposing of it sends what is left. */
export interface Traces extends AsyncDisposable {
  /** Handles requests as `next` does. */
  handler(next: Handler): Handler;
  /** Observe the calls. */
  readonly observers: readonly CallObserver[];
  /** An account is in use, or has changed. */
  readonly onAccount: (account: Account) => void;
}

/** Without OpenTelemetry nothing of it runs. */
const OFF: Traces = {
  handler: (next) => next,
  observers: [],
  onAccount() {},
  async [Symbol.asyncDispose]() {},
};

/**
 * Opens it, as the variables of the environment say.
 *
 * @param onProblem Called with the reason when something cannot be sent.
 */
export async function openTraces(
  onProblem: (reason: string) => void,
  read: ReadVariable = (name) => Deno.env.get(name),
): Promise<Traces> {
  const settings = otelSettings(read);
  if (settings === undefined) return OFF;
  const { version } = manifest;
  const telemetry = await openTelemetry({ settings, read, version, onProblem });
  const { AccountPlaces } = await import("./account_places.ts");
  const { CallTraces } = await import("./call_traces.ts");
  const { GenAiMetrics } = await import("./gen_ai_metrics.ts");
  const places = new AccountPlaces();
  const traces = new CallTraces(telemetry, places);
  const metrics = new GenAiMetrics(telemetry, places, settings.hasLatestGenAi);
  return {
    handler: (next) => settings.hasTraces ? traces.handler(next) : next,
    observers: [
      ...(settings.hasTraces ? [traces.observer] : []),
      ...(settings.hasMetrics ? [metrics.observer] : []),
    ],
    onAccount: (account) => places.note(account),
    [Symbol.asyncDispose]: () => telemetry[Symbol.asyncDispose](),
  };
}
