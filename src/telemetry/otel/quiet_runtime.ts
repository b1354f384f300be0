/**
 * Keeps secrets out of what Deno itself traces. Its spans have the whole URL of every request that it receives or
 * sends, with keys, proofs of uploads and addresses; attributes can be added to a span, but not replaced. To the
 * requests that it sends, it adds the headers of the trace.
 *
 * @module
 */
import { context, createContextKey, type Span, trace } from "@opentelemetry/api";
import { SCOPE } from "./telemetry.ts";

/**
 * What Deno's spans do not get from Deno. The gateway adds what may be shown. Messages and stacks of errors name the URL
 * (Deno 2.7 adds them).
 */
const HIDDEN: ReadonlySet<string> = new Set([
  "url.full",
  "url.path",
  "url.query",
  "url.scheme",
  "exception.message",
  "exception.stacktrace",
]);

/** Where this is true, Deno adds no header. The name is that of OpenTelemetry's own `suppressTracing()`. */
const SUPPRESSED = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

let isSending = false;

/** Hides URLs, and the messages of errors, which contain them. Must be called before the first request. */
export function hideUrls(): void {
  // It is never sent, since it does not end.
  const span = trace.getTracer(SCOPE).startSpan(SCOPE);
  const prototype: Span = Object.getPrototypeOf(span);
  const { setAttribute, setStatus } = prototype;
  prototype.setAttribute = function (name, value) {
    if (!HIDDEN.has(name)) return setAttribute.call(this, name, value);
    return isSending && name === "url.full"
      ? setAttribute.call(this, name, URL.parse(String(value))?.origin ?? "")
      : this;
  };
  prototype.setStatus = function ({ code }) {
    return setStatus.call(this, { code });
  };
}

/** `fetch`, for requests from which nobody gets to know the trace. */
export function quietFetch(url: string, init?: RequestInit): Promise<Response> {
  isSending = true;
  try {
    return context.with(context.active().setValue(SUPPRESSED, true), () => fetch(url, init));
  } finally {
    isSending = false;
  }
}
