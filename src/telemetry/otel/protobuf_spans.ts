/**
 * Spans in OTLP's Protobuf. Each is written when it ends, into the bytes that are sent: objects that waited until then
 * would cost the garbage collector more than this.
 *
 * @see {@link https://github.com/open-telemetry/opentelemetry-proto} trace.proto, for the numbers of the fields
 * @module
 */
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import { ProtobufWriter } from "./protobuf_writer.ts";
import {
  flagsOf,
  nanoseconds,
  type SpanFormat,
  type SpanRecord,
  type SpanSource,
} from "./span_record.ts";

/** Writes them. */
export class ProtobufSpans implements SpanFormat {
  readonly contentType = "application/x-protobuf";
  readonly #spans = new ProtobufWriter();
  readonly #span = new ProtobufWriter();
  /** An attribute, and its value. */
  readonly #inner = [new ProtobufWriter(), new ProtobufWriter()] as const;

  add(span: SpanRecord): void {
    const writer = this.#span;
    writer.bytes(1, span.traceId);
    writer.bytes(2, span.spanId);
    if (span.parentId !== undefined) writer.bytes(4, span.parentId);
    writer.text(5, span.name);
    writer.integer(6, span.kind);
    writer.fixed64(7, nanoseconds(span.startMs));
    writer.fixed64(8, nanoseconds(span.endMs));
    for (const attributes of span.attributes) this.#attributes(writer, 9, attributes);
    if (span.isFailed) {
      const [status] = this.#inner;
      status.integer(3, 2);
      writer.bytes(15, status.take());
    }
    writer.fixed32(16, flagsOf(span));
    this.#spans.bytes(2, writer.take());
  }

  take({ resource, scope, version }: SpanSource): Uint8Array {
    const [inner, spansOfScope, spansOfResource] = [
      new ProtobufWriter(),
      new ProtobufWriter(),
      new ProtobufWriter(),
    ];
    inner.text(1, scope);
    inner.text(2, version);
    spansOfScope.bytes(1, inner.take());
    spansOfScope.raw(this.#spans.take());
    this.#attributes(inner, 1, resource);
    spansOfResource.bytes(1, inner.take());
    spansOfResource.bytes(2, spansOfScope.take());
    inner.bytes(1, spansOfResource.take());
    return inner.take();
  }

  #attributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
    const [pair, any] = this.#inner;
    for (const name in attributes) {
      const value = attributes[name];
      if (value === undefined) continue;
      pair.text(1, name);
      this.#value(any, value);
      pair.bytes(2, any.take());
      writer.bytes(field, pair.take());
    }
  }

  /** Writes an AnyValue. */
  #value(writer: ProtobufWriter, value: AttributeValue): void {
    if (typeof value === "string") writer.text(1, value);
    else if (typeof value === "boolean") writer.integer(2, value ? 1 : 0);
    else if (typeof value === "number") {
      if (Number.isSafeInteger(value) && value >= 0) writer.integer(3, value);
      else writer.double(4, value);
    } else if (Array.isArray(value)) {
      const list = new ProtobufWriter();
      const item = new ProtobufWriter();
      for (const one of value) {
        this.#value(item, one);
        list.bytes(1, item.take());
      }
      writer.bytes(5, list.take());
    }
  }
}
