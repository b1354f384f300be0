/**
 * OpenTelemetry as the gateway uses it, and what it is opened with.
 *
 * @module
 */
import type { Attributes, Meter } from "@opentelemetry/api";
import type { OtelSettings, ReadVariable } from "./otel_settings.ts";

/** OpenTelemetry that is on. Disposing of it sends what is left. */
export interface Telemetry extends AsyncDisposable {
  /** Makes instruments; without effect if metrics are off. */
  readonly meter: Meter;
  /** Whether the runtime makes the spans of requests that arrive, and ends them when the headers are sent. */
  readonly isRuntime: boolean;
  /**
   * The span of a request that has just arrived, in the trace that its `traceparent` header names; undefined if the
   * trace is not kept. Must be called while the request is handled, before anything is awaited.
   */
  arrived(request: Request): CallSpan | undefined;
}

/** A span that is kept. Each attribute may be set once: both would be sent. Attributes must not be changed later. */
export interface CallSpan {
  /** Begins a span of kind CLIENT below this one. */
  child(name: string, attributes: Attributes): CallSpan;
  /** Adds attributes. */
  describe(attributes: Attributes): void;
  rename(name: string): void;
  /** States that it failed. */
  fail(errorType: string): void;
  /** Ends it now, or at that time in ms since the epoch. */
  end(endMs?: number): void;
}

/** What opens it. */
export interface TelemetryOptions {
  readonly settings: OtelSettings;
  readonly read: ReadVariable;
  /** As in `0.1.0`. */
  readonly version: string;
  /** Called with the reason when a receiver cannot be reached or refuses what it is sent; at most once a minute. */
  readonly onProblem: (reason: string) => void;
  /** Whether this is the executable. Default: whether it is. */
  readonly isExecutable?: boolean;
}

/** The name of the instrumentation scope. */
export const SCOPE = "pollux";
