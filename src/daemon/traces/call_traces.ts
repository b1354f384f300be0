/**
 * The spans of calls: that of the request, and one for each attempt with an account.
 *
 * @module
 */
import type { Attributes } from "@opentelemetry/api";
import type { Handler } from "../../server/app.ts";
import type { CallObserver } from "../../server/call/call_observer.ts";
import type { ObservedRecord } from "../../server/call/call_record.ts";
import type { TracedAttempt } from "../../server/explain/call_trace.ts";
import { conversationId } from "../../server/explain/recent_call.ts";
import { GEN_AI } from "../../telemetry/otel/gen_ai.ts";
import { type ShownUrl, shownUrl, urlAttributes } from "../../telemetry/otel/shown_url.ts";
import type { CallSpan, Telemetry } from "../../telemetry/otel/telemetry.ts";
import type { AccountPlaces } from "./account_places.ts";
import { errorTypeOf } from "./error_type.ts";
import { requestAttributes, responseAttributes } from "./model_attributes.ts";
import { routeOf, tracedMethod } from "./traced_method.ts";

/** Longest name of a model in a span, in UTF-16 units. */
const LONGEST_MODEL = 128;

/** The spans of a call that is not over. */
interface Spans {
  readonly request: CallSpan;
  readonly verb: string;
  readonly url: ShownUrl;
  /** Undefined before the gateway has made it. */
  record: ObservedRecord | undefined;
  isDescribed: boolean;
  /** The settings that the client's body has, for the spans of its attempts. */
  settings: Attributes;
  attempt: CallSpan | undefined;
  attempts: number;
}

/** Makes the spans. */
export class CallTraces {
  readonly #telemetry: Telemetry;
  readonly #places: AccountPlaces;
  readonly #calls = new Map<ObservedRecord, Spans>();
  /** Those of the request that is being handed to the gateway; its record is made before anything is awaited. */
  #arriving: Spans | undefined;

  constructor(telemetry: Telemetry, places: AccountPlaces) {
    this.#telemetry = telemetry;
    this.#places = places;
  }

  /** Handles requests as `next` does, within a span for each. */
  handler(next: Handler): Handler {
    return (request, by) => {
      const span = this.#telemetry.arrived(request);
      // A trace that is not kept costs nothing more.
      if (span === undefined) return next(request, by);
      const spans: Spans = {
        request: span,
        verb: request.method,
        url: shownUrl(request),
        record: undefined,
        isDescribed: false,
        settings: {},
        attempt: undefined,
        attempts: 0,
      };
      this.#arriving = spans;
      let response: Response | Promise<Response>;
      try {
        response = next(request, by);
      } finally {
        this.#arriving = undefined;
      }
      // Deno ends the span of a streamed response here.
      if (response instanceof Promise) return response.finally(() => describe(spans));
      describe(spans);
      return response;
    };
  }

  /** Observes the calls. */
  readonly observer: CallObserver = {
    begin: (record) => {
      if (this.#arriving === undefined) return;
      this.#arriving.record = record;
      this.#calls.set(record, this.#arriving);
    },
    body: (record, bytes) => {
      const spans = this.#calls.get(record);
      if (spans !== undefined) spans.settings = requestAttributes(bytes);
    },
    response: (record, json) => {
      const span = this.#calls.get(record)?.attempt;
      if (span !== undefined) span.describe(redacted(responseAttributes(json), record));
    },
    attempt: (record) => {
      const spans = this.#calls.get(record);
      if (spans === undefined) return;
      endAttempt(spans, record);
      spans.attempts++;
      spans.attempt = this.#attempt(spans, record);
    },
    end: (record) => {
      const spans = this.#calls.get(record);
      if (spans === undefined) return;
      this.#calls.delete(record);
      endAttempt(spans, record, true);
      describe(spans);
      if (this.#telemetry.isRuntime) return;
      const { request } = spans;
      const { status } = record;
      request.describe({ "http.response.status_code": status });
      if (status >= 500) request.fail(String(status));
      request.end();
    },
  };

  #attempt({ request, attempts, settings }: Spans, record: ObservedRecord): CallSpan {
    const { operation, isStream } = tracedMethod(record.method);
    const model = modelOf(record);
    const { session } = record.trace;
    const { [GEN_AI.provider]: provider, ...place } = this.#places.of(record.account);
    const attributes: Attributes = {
      ...place,
      "pollux.account": accountOf(record),
      "pollux.attempt": attempts,
    };
    if (operation !== undefined) {
      Object.assign(attributes, settings);
      attributes[GEN_AI.operation] = operation;
      attributes[GEN_AI.provider] = provider;
      if (isStream) attributes[GEN_AI.stream] = true;
      if (session !== undefined) attributes[GEN_AI.conversation] = conversationId(session);
      if (model !== "") attributes[GEN_AI.model] = model;
    }
    const name = operation ?? record.method;
    return request.child(model === "" ? name : `${name} ${model}`, attributes);
  }
}

/** Names the request's span and gives it its attributes, once. */
function describe(spans: Spans): void {
  const { request, verb, url, record } = spans;
  if (spans.isDescribed || record === undefined) return;
  spans.isDescribed = true;
  const route = routeOf(record);
  const model = modelOf(record);
  const attributes: Attributes = {
    ...urlAttributes(url, route?.replace("{model}", () => model)),
    "pollux.request_id": record.requestId,
    "pollux.key": record.redaction.text(record.keyName),
  };
  if (route !== undefined) {
    request.rename(`${verb} ${route}`);
    attributes["http.route"] = route;
  }
  if (record.account !== "") attributes["pollux.account"] = accountOf(record);
  if (model !== "") attributes["pollux.model"] = model;
  if (record.operation !== "") attributes["pollux.operation"] = record.operation;
  request.describe(attributes);
}

/** Ends the span of the last attempt, if there is one. */
function endAttempt(spans: Spans, record: ObservedRecord, isLast = false): void {
  const { attempt: span } = spans;
  const attempt = record.trace.attempts[spans.attempts - 1];
  spans.attempt = undefined;
  if (span === undefined) return;
  const error = errorTypeOf(record, attempt, isLast);
  if (error !== undefined) {
    span.fail(error);
  } else if (isLast) {
    span.describe(usageAttributes(record, attempt));
  }
  span.end(endOf(record, attempt, isLast));
}

/** When a failed attempt ended, if the call has waited since; in ms since the epoch. */
function endOf(
  record: ObservedRecord,
  attempt: TracedAttempt | undefined,
  isLast: boolean,
): number | undefined {
  if (attempt === undefined || attempt.ms < 0 || (isLast && attempt.code === 200)) return undefined;
  const endMs = record.startedAtMs + attempt.startMs + attempt.ms;
  // The moments of a record are whole milliseconds: a span that ends now must not end before it began.
  return Date.now() - endMs < 2 || attempt.ms < 2 ? undefined : endMs;
}

function usageAttributes(record: ObservedRecord, attempt: TracedAttempt | undefined): Attributes {
  const { usage, firstByteAtMs, startedAtMs } = record;
  const attributes: Attributes = {};
  if (tracedMethod(record.method).isStream && attempt !== undefined && firstByteAtMs > 0) {
    const ms = firstByteAtMs - startedAtMs - attempt.startMs;
    attributes[GEN_AI.firstChunk] = Math.max(0, ms) / 1000;
  }
  if (usage === undefined) return attributes;
  attributes[GEN_AI.inputTokens] = usage.prompt + usage.tool;
  attributes[GEN_AI.outputTokens] = usage.candidates + usage.thoughts;
  if (usage.cached > 0) attributes[GEN_AI.cachedTokens] = usage.cached;
  if (usage.thoughts > 0) attributes[GEN_AI.reasoningTokens] = usage.thoughts;
  return attributes;
}

/** The gateway's own secrets and those of accounts are nowhere shown, also if an upstream sends one as an id. */
function redacted(attributes: Attributes, { redaction }: ObservedRecord): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === "string" ? redaction.text(value) : value,
    ]),
  );
}

function modelOf({ model, redaction }: ObservedRecord): string {
  return redaction.text(model).slice(0, LONGEST_MODEL);
}

function accountOf({ account, redaction }: ObservedRecord): string {
  return redaction.text(account);
}
