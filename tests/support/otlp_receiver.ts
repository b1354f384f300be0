/**
 * A receiver of OTLP over HTTP, in Protobuf or JSON.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import protobuf from "protobufjs";

/** As much of OpenTelemetry's definitions as tests read: https://github.com/open-telemetry/opentelemetry-proto. */
const PROTO = `
syntax = "proto3";
message TraceData { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8;
  repeated KeyValue attributes = 9; Status status = 15;
}
message Status { string message = 2; int32 code = 3; }
message MetricsData { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message ScopeMetrics { Scope scope = 1; repeated Metric metrics = 2; }
message Metric { string name = 1; string unit = 3; Sum sum = 7; Histogram histogram = 9; }
message Sum { repeated NumberPoint data_points = 1; }
message NumberPoint { double as_double = 4; sfixed64 as_int = 6; repeated KeyValue attributes = 7; }
message Histogram { repeated HistogramPoint data_points = 1; }
message HistogramPoint {
  fixed64 count = 4; double sum = 5; repeated fixed64 bucket_counts = 6;
  repeated double explicit_bounds = 7; repeated KeyValue attributes = 9;
}
message Resource { repeated KeyValue attributes = 1; }
message Scope { string name = 1; string version = 2; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue {
  oneof value {
    string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
    ArrayValue array_value = 5;
  }
}
message ArrayValue { repeated AnyValue values = 1; }
`;
const TYPES = protobuf.parse(PROTO, { keepCase: false }).root;

/** Attributes by name; numbers are numbers, whatever their type was. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A value of an attribute. */
type AttributeValue = string | number | boolean | readonly AttributeValue[];

/** A span that arrived. */
export interface ReceivedSpan {
  /** That of the library which made it. */
  readonly scope: string;
  readonly name: string;
  /** 2: server, 3: client. */
  readonly kind: number;
  /** Ids in hexadecimal. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** In ns since the epoch. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Attributes;
  /** 2: error. */
  readonly status: number;
  readonly message: string;
  readonly resource: Attributes;
}

/** A point of a metric that arrived. */
export interface ReceivedPoint {
  readonly metric: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** The sum of a histogram, or the value of a counter. */
  readonly sum: number;
  /** The values of a histogram. */
  readonly count: number;
  readonly bounds: readonly number[];
}

/** A receiver that listens. */
export interface OtlpReceiver extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** The last state of each point. */
  points(metric: string): readonly ReceivedPoint[];
  /** All bodies, as text in Latin-1, with their paths and headers. */
  readonly raw: string;
  /** The paths that were posted to. */
  readonly paths: ReadonlySet<string>;
  /** The content types that came. */
  readonly types: ReadonlySet<string>;
}

/** Starts a receiver on a free port of loopback. */
export function startOtlpReceiver(): OtlpReceiver {
  const spans: ReceivedSpan[] = [];
  const points = new Map<string, ReceivedPoint>();
  const paths = new Set<string>();
  const types = new Set<string>();
  let raw = "";
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const type = request.headers.get("content-type") ?? "";
    const bytes = await bodyOf(request);
    const { pathname } = new URL(request.url);
    paths.add(pathname);
    types.add(type);
    raw += `${pathname}\n${JSON.stringify([...request.headers])}\n${
      Buffer.from(bytes).toString("latin1")
    }\n`;
    if (pathname === "/v1/traces") {
      spans.push(...spansIn(read("TraceData", { bytes, type })));
    } else if (pathname === "/v1/metrics") {
      for (const point of pointsIn(read("MetricsData", { bytes, type }))) {
        const sorted = Object.entries(point.attributes).sort(([a], [b]) => a < b ? -1 : 1);
        points.set(JSON.stringify([point.metric, sorted]), point);
      }
    }
    const isJson = type.includes("json");
    return new Response(isJson ? "{}" : new Uint8Array(), { headers: { "content-type": type } });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    spans,
    points: (metric) => [...points.values()].filter((point) => point.metric === metric),
    get raw() {
      return raw;
    },
    paths,
    types,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const { body } = request;
  if (body === null) return new Uint8Array();
  const isGzip = request.headers.get("content-encoding") === "gzip";
  const plain = isGzip ? body.pipeThrough(new DecompressionStream("gzip")) : body;
  return await new Response(plain).bytes();
}

/** OTLP in JSON, as far as it is read: 64-bit numbers are texts. */
interface Data {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly { readonly scope?: Scope; readonly spans?: readonly Span[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics?: readonly { readonly metrics?: readonly Metric[] }[];
  }[];
}

interface Scope {
  readonly name?: string;
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: { readonly dataPoints?: readonly Point[] };
  readonly histogram?: { readonly dataPoints?: readonly Point[] };
}

interface Point {
  readonly attributes?: readonly KeyValue[];
  readonly sum?: number;
  readonly asInt?: string | number;
  readonly asDouble?: number;
  readonly count?: string | number;
  readonly explicitBounds?: readonly number[];
}

function read(
  message: string,
  { bytes, type }: { readonly bytes: Uint8Array; readonly type: string },
): Data {
  if (type.includes("json")) return JSON.parse(new TextDecoder().decode(bytes));
  const found = TYPES.lookupType(message);
  return found.toObject(found.decode(bytes), { longs: String, bytes: String });
}

/** An id in hexadecimal: it is in base64 where it came in Protobuf. */
function idOf(text = ""): string {
  return text.length === 24 || text.length === 12
    ? Buffer.from(text, "base64").toString("hex")
    : text;
}

function spansIn({ resourceSpans = [] }: Data): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) =>
    scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map((span) => ({
        scope: scope?.name ?? "",
        name: span.name,
        kind: span.kind,
        traceId: idOf(span.traceId),
        spanId: idOf(span.spanId),
        parentSpanId: idOf(span.parentSpanId),
        startNs: BigInt(span.startTimeUnixNano),
        endNs: BigInt(span.endTimeUnixNano),
        attributes: attributesOf(span.attributes),
        status: span.status?.code ?? 0,
        message: span.status?.message ?? "",
        resource: attributesOf(resource?.attributes),
      }))
    )
  );
}

function pointsIn({ resourceMetrics = [] }: Data): ReceivedPoint[] {
  return resourceMetrics.flatMap(({ scopeMetrics = [] }) =>
    scopeMetrics.flatMap(({ metrics = [] }) =>
      metrics.flatMap(({ name, unit = "", sum, histogram }) =>
        ((sum ?? histogram)?.dataPoints ?? []).map((point) => ({
          metric: name,
          unit,
          attributes: attributesOf(point.attributes),
          sum: Number(point.sum ?? point.asInt ?? point.asDouble ?? 0),
          count: Number(point.count ?? 0),
          bounds: point.explicitBounds ?? [],
        }))
      )
    )
  );
}

function attributesOf(list: readonly KeyValue[] = []): Attributes {
  const names = list.map(({ key }) => key);
  assert.equal(new Set(names).size, names.length, `An attribute came twice: ${names}`);
  return Object.fromEntries(list.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(
  { stringValue, boolValue, intValue, doubleValue, arrayValue }: AnyValue,
): AttributeValue {
  if (arrayValue !== undefined) return (arrayValue.values ?? []).map(valueOf);
  return stringValue ?? boolValue ?? Number(intValue ?? doubleValue);
}
