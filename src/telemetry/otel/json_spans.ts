/**
 * Spans in OTLP's JSON.
 *
 * @see {@link https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding}
 * @module
 */
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { utf8Bytes } from "../../base/text/text.ts";
import {
  flagsOf,
  nanoseconds,
  type SpanFormat,
  type SpanRecord,
  type SpanSource,
} from "./span_record.ts";

/** Writes them. */
export class JsonSpans implements SpanFormat {
  readonly contentType = "application/json";
  #spans: string[] = [];

  add(span: SpanRecord): void {
    this.#spans.push(JSON.stringify({
      traceId: span.traceId.toHex(),
      spanId: span.spanId.toHex(),
      ...(span.parentId === undefined ? {} : { parentSpanId: span.parentId.toHex() }),
      name: span.name,
      kind: span.kind,
      startTimeUnixNano: String(nanoseconds(span.startMs)),
      endTimeUnixNano: String(nanoseconds(span.endMs)),
      attributes: span.attributes.flatMap(keyValues),
      status: span.isFailed ? { code: 2 } : {},
      flags: flagsOf(span),
    }));
  }

  take({ resource, scope, version }: SpanSource): Uint8Array {
    const who = JSON.stringify({ attributes: keyValues(resource) });
    const by = JSON.stringify({ name: scope, version });
    const spans = this.#spans.join(",");
    this.#spans = [];
    return utf8Bytes(
      `{"resourceSpans":[{"resource":${who},"scopeSpans":[{"scope":${by},"spans":[${spans}]}]}]}`,
    );
  }
}

function keyValues(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue | undefined): unknown {
  if (Array.isArray(value)) {
    return { arrayValue: { values: value.map(anyValue) } };
  }
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value !== "number") return { stringValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
