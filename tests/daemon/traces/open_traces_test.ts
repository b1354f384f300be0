/** OpenTelemetry that is off takes no part in a gateway. @module */
import assert from "node:assert/strict";
import { openTraces } from "../../../src/daemon/traces/open_traces.ts";
import type { Handler } from "../../../src/server/app.ts";

for (
  const variables of [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" },
    { OTEL_DENO: "false" },
    { OTEL_DENO: "true", OTEL_SDK_DISABLED: "true" },
    { OTEL_DENO: "true", OTEL_DENO_TRACING: "false", OTEL_DENO_METRICS: "false" },
  ] as Readonly<Record<string, string>>[]
) {
  const names = Object.entries(variables).map((pair) => pair.join("=")).join(" ");
  Deno.test(`Without OpenTelemetry a call passes nothing of it, with "${names}"`, async () => {
    await using traces = await openTraces(assert.fail, (name) => variables[name]);
    const handler: Handler = () => new Response();
    // Neither a function around it nor an observer: there is nothing that could cost a call anything.
    assert.equal(traces.handler(handler), handler);
    assert.deepEqual(traces.observers, []);
  });
}
