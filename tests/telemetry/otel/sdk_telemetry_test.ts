/**
 * @module
 */
import assert from "node:assert/strict";
import { openTelemetry } from "../../../src/telemetry/otel/open_telemetry.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../../support/otlp_receiver.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

/** The exporter of the packages keeps its connection, which Deno 2.7 reports. */
const KEEPS_CONNECTION = { sanitizeResources: false };

/** Opens what the executable uses; what it sends has come to the receiver when it is disposed of. */
async function opened(receiver: OtlpReceiver, env: Readonly<Record<string, string>> = {}) {
  const variables: Record<string, string> = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env };
  // The packages read them from the environment.
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  return await openTelemetry({
    settings: { hasTraces: true, hasMetrics: false, hasLatestGenAi: false },
    read: (name) => variables[name],
    version: "0.1.0",
    onProblem: (reason) => assert.fail(reason),
    isExecutable: true,
  });
}

function request(traceparent?: string): Request {
  const headers = traceparent === undefined ? {} : { traceparent };
  return new Request("http://127.0.0.1/", { method: "POST", headers });
}

for (const protocol of ["http/protobuf", "http/json"]) {
  Deno.test(
    `The executable's spans arrive as they are, over ${protocol}`,
    KEEPS_CONNECTION,
    async () => {
      await using receiver = startOtlpReceiver();
      const attributes = {
        ...{ text: "é €𝄞", long: "x".repeat(70_000), empty: "", "näme": "n", yes: true, no: false },
        ...{ zero: 0, byte: 127, more: 128, large: 2 ** 53 - 1, half: 0.5, minus: -1 },
        ...{ list: ["stop", "ö"] },
      };
      {
        await using telemetry = await opened(receiver, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
        const span = telemetry.arrived(request(`00-${TRACE}-${PARENT}-01`)) ??
          assert.fail("No span");
        const child = span.child("child", attributes);
        child.fail("ABORTED");
        child.end();
        span.rename("POST /ü");
        span.describe({ more: "yes" });
        span.end();
      }
      const [child, span] = receiver.spans;
      assert.ok(child !== undefined && span !== undefined && receiver.spans.length === 2);
      assert.deepEqual(child.attributes, { ...attributes, "error.type": "ABORTED" });
      assert.deepEqual(span.attributes, { "http.request.method": "POST", more: "yes" });
      assert.deepEqual([child.name, child.kind, child.status], ["child", 3, 2]);
      assert.deepEqual([span.name, span.kind, span.status], ["POST /ü", 2, 0]);
      assert.deepEqual([span.traceId, child.traceId], [TRACE, TRACE]);
      assert.deepEqual([span.parentSpanId, child.parentSpanId], [PARENT, span.spanId]);
      assert.match(span.spanId, /^(?!0{16})[0-9a-f]{16}$/);
      assert.ok(child.startNs >= span.startNs && child.endNs <= span.endNs);
      assert.ok(Math.abs(Number(span.endNs / 1_000_000n) - Date.now()) < 60_000);
      assert.equal(span.resource["service.version"], "0.1.0");
    },
  );
}

Deno.test(
  "A span has a trace of its own where traceparent names none",
  KEEPS_CONNECTION,
  async () => {
    const wrong = [
      ...["", "00", `ff-${TRACE}-${PARENT}-01`, `00-${"0".repeat(32)}-${PARENT}-01`],
      ...[
        `00-${TRACE}-${"0".repeat(16)}-01`,
        `00-${TRACE}-${PARENT}-01x`,
        `00-${TRACE}x-${PARENT}-01`,
        `00-${TRACE}-${PARENT}-01-more`,
      ],
    ];
    await using receiver = startOtlpReceiver();
    {
      await using telemetry = await opened(receiver);
      for (const header of wrong) telemetry.arrived(request(header))?.end();
    }
    assert.equal(receiver.spans.length, wrong.length);
    const ids = receiver.spans.map(({ traceId }) => traceId);
    assert.equal(new Set(ids).size, wrong.length);
    assert.ok(!ids.includes(TRACE));
    assert.ok(receiver.spans.every(({ parentSpanId }) => parentSpanId === ""));
  },
);

Deno.test(
  "A span continues a trace that a later version of traceparent names",
  KEEPS_CONNECTION,
  async () => {
    await using receiver = startOtlpReceiver();
    {
      await using telemetry = await opened(receiver);
      for (const rest of ["", "-more"]) {
        telemetry.arrived(request(`01-${TRACE}-${PARENT}-01${rest}`))?.end();
      }
    }
    assert.deepEqual(receiver.spans.map(({ traceId }) => traceId), [TRACE, TRACE]);
  },
);

Deno.test("The sampler decides where no parent does", KEEPS_CONNECTION, async () => {
  const kept = `00-${TRACE}-${PARENT}-01`;
  const dropped = `00-${TRACE}-${PARENT}-00`;
  const cases = [
    { sampler: "parentbased_always_on", own: 1000, kept: 1, dropped: 0 },
    { sampler: "parentbased_always_off", own: 0, kept: 1, dropped: 0 },
    { sampler: "always_off", own: 0, kept: 0, dropped: 0 },
    { sampler: "always_on", own: 1000, kept: 1, dropped: 1 },
    { sampler: "parentbased_traceidratio", ratio: "0", own: 0, kept: 1, dropped: 0 },
    { sampler: "parentbased_traceidratio", ratio: "0.5", own: undefined, kept: 1, dropped: 0 },
  ];
  await using receiver = startOtlpReceiver();
  for (const { sampler, ratio = "1", own, ...parents } of cases) {
    await using telemetry = await opened(receiver, {
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: ratio,
    });
    const count = Array.from({ length: 1000 }, () => telemetry.arrived(request()))
      .filter((span) => span !== undefined).length;
    if (own !== undefined) assert.equal(count, own, sampler);
    else assert.ok(count > 350 && count < 650, String(count));
    assert.equal(telemetry.arrived(request(kept)) === undefined, parents.kept === 0, sampler);
    assert.equal(telemetry.arrived(request(dropped)) === undefined, parents.dropped === 0, sampler);
  }
});

Deno.test("A span that ends after the last export is dropped, and leaves no timer", {
  sanitizeOps: true,
}, async () => {
  await using receiver = startOtlpReceiver();
  const telemetry = await opened(receiver);
  const span = telemetry.arrived(request()) ?? assert.fail("No span");
  await telemetry[Symbol.asyncDispose]();
  span.end();
  assert.equal(receiver.spans.length, 0);
});

Deno.test(
  "Spans are sent in batches, and dropped while the receiver does not take them",
  KEEPS_CONNECTION,
  async () => {
    await using receiver = startOtlpReceiver();
    {
      await using telemetry = await opened(receiver, {
        OTEL_BSP_MAX_QUEUE_SIZE: "10",
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4",
      });
      // All at once: nothing is sent meanwhile.
      for (let nth = 0; nth < 50; nth++) telemetry.arrived(request())?.end();
    }
    assert.equal(receiver.spans.length, 10);
    assert.equal(receiver.raw.match(/^\/v1\/traces$/gm)?.length, 3);
  },
);
