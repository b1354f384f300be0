/**
 * The OpenTelemetry that Deno has built in. Deno makes a span for every request that it receives, and sends spans and
 * metrics, at its exit too.
 *
 * @module
 */
import {
  type Attributes,
  metrics,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";
import { type CallSpan, SCOPE, type Telemetry, type TelemetryOptions } from "./telemetry.ts";

/** Deno's own, which is on. */
export function runtimeTelemetry({ version }: TelemetryOptions): Telemetry {
  const tracer = trace.getTracer(SCOPE, version);
  return {
    meter: metrics.getMeter(SCOPE, version),
    isRuntime: true,
    arrived() {
      const span = trace.getActiveSpan();
      const isKept = span !== undefined &&
        (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
      return isKept ? new RuntimeSpan(tracer, span) : undefined;
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** A span of Deno's. */
class RuntimeSpan implements CallSpan {
  readonly #tracer: Tracer;
  readonly #span: Span;

  constructor(tracer: Tracer, span: Span) {
    this.#tracer = tracer;
    this.#span = span;
  }

  child(name: string, attributes: Attributes): CallSpan {
    const parent = trace.setSpan(ROOT_CONTEXT, this.#span);
    const options = { kind: SpanKind.CLIENT, attributes };
    return new RuntimeSpan(this.#tracer, this.#tracer.startSpan(name, options, parent));
  }

  describe(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }

  fail(errorType: string): void {
    this.#span.setAttribute("error.type", errorType);
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(endMs?: number): void {
    this.#span.end(endMs);
  }
}
