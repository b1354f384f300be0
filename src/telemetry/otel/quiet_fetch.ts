/**
 * `fetch` for Pollux's own requests while Deno traces. Deno would send the trace of whoever caused a request to its
 * receiver, with all that a client calls its baggage, and would put the whole URL, or an error that names it, into a
 * span. Pollux calls for tokens in this way, and such a URL can hold an address or a key.
 *
 * @module
 */
import { type Context, context, createContextKey, type Span, trace } from "@opentelemetry/api";

/** Where this is true, Deno adds no header. The name is that of OpenTelemetry's own `suppressTracing()`. */
const SUPPRESSED = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** Sends a request of which nobody gets to know the trace, and whose span has the origin alone. */
export function quietFetch(url: string, init?: RequestInit): Promise<Response> {
  const scope = new RequestScope(context.active());
  const response = context.with(scope, () => fetch(url, init));
  const { span } = scope;
  if (span !== undefined) {
    const origin = URL.parse(url)?.origin ?? "";
    span.setAttributes({ "url.full": origin, "url.path": "/", "url.query": "" });
    // Deno would add the error's message at the end, which contains the URL.
    span.end();
  }
  return response;
}

/** The context of one request: gets hold of the span that `fetch` makes. */
class RequestScope implements Context {
  span: Span | undefined;
  readonly #outer: Context;

  constructor(outer: Context) {
    this.#outer = outer;
  }

  getValue(key: symbol): unknown {
    return key === SUPPRESSED ? true : this.#outer.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    const inner = this.#outer.setValue(SUPPRESSED, true).setValue(key, value);
    const span = trace.getSpan(inner);
    if (span !== trace.getSpan(this.#outer)) this.span ??= span;
    return inner;
  }

  deleteValue(key: symbol): Context {
    return this.#outer.deleteValue(key);
  }
}
