/**
 * Begins the spans of requests, in the traces that their clients name, and hands those that end to be sent.
 *
 * @module
 */
import type { Attributes } from "@opentelemetry/api";
import type { ReadVariable } from "./otel_settings.ts";
import type { SpanRecord } from "./span_record.ts";
import type { CallSpan } from "./telemetry.ts";

const SERVER = 2;
const CLIENT = 3;

/** The `traceparent` header. Versions after 00 may add members. https://www.w3.org/TR/trace-context/ */
const TRACEPARENT =
  /^(?!ff)(?!00.{53}-)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/;

/** So many random bytes are asked for at once. */
const RANDOM_BYTES = 4096;

/** Where a span belongs. */
interface Place {
  readonly traceId: Uint8Array;
  readonly parentId: Uint8Array | undefined;
  readonly isParentRemote: boolean;
}

/** Makes the spans. */
export class SpanRecorder {
  readonly onEnd: (span: SpanRecord) => void;
  readonly #hasParents: boolean;
  readonly #isParentBased: boolean;
  /** The share of traces that are kept, of those that no parent decides. */
  readonly #share: number;
  #random = new Uint8Array();
  #used = 0;

  constructor(read: ReadVariable, onEnd: (span: SpanRecord) => void) {
    const propagators = (read("OTEL_PROPAGATORS") ?? "tracecontext").split(",");
    this.#hasParents = propagators.some((name) => name.trim() === "tracecontext");
    const sampler = read("OTEL_TRACES_SAMPLER") ?? "parentbased_always_on";
    this.#isParentBased = sampler.startsWith("parentbased_");
    this.#share = shareOf(sampler.replace("parentbased_", ""), read("OTEL_TRACES_SAMPLER_ARG"));
    this.onEnd = onEnd;
  }

  /** The span of a request that has arrived; undefined if its trace is not kept. */
  arrived({ method, headers }: Request): CallSpan | undefined {
    const header = this.#hasParents ? headers.get("traceparent") : null;
    const [, trace, parent, flags] = header === null ? [] : TRACEPARENT.exec(header) ?? [];
    if (
      trace !== undefined && this.#isParentBased && (Number.parseInt(flags ?? "", 16) & 1) === 0
    ) {
      return undefined;
    }
    const traceId = trace === undefined ? this.newId(16) : fromHex(trace);
    if (!(trace !== undefined && this.#isParentBased) && !this.#isSampled(traceId)) {
      return undefined;
    }
    const place = {
      traceId,
      parentId: parent === undefined ? undefined : fromHex(parent),
      isParentRemote: parent !== undefined,
    };
    const attributes = { "http.request.method": method };
    const clock = new Clock();
    return new RecordedSpan(this, place, { name: method, kind: SERVER, attributes, clock });
  }

  /** By the part of the id that is random: https://www.w3.org/TR/trace-context-2/#randomness-of-trace-id. */
  #isSampled(traceId: Uint8Array): boolean {
    if (this.#share >= 1) return true;
    const random = new DataView(traceId.buffer, traceId.byteOffset).getUint32(9);
    return random >= (1 - this.#share) * 2 ** 32;
  }

  /** A random id. */
  newId(length: number): Uint8Array {
    if (this.#used + length > this.#random.length) {
      this.#random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
      this.#used = 0;
    }
    return this.#random.subarray(this.#used, this.#used += length);
  }
}

/** A span until it ends. */
class RecordedSpan implements CallSpan, SpanRecord {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentId: Uint8Array | undefined;
  readonly isParentRemote: boolean;
  readonly kind: number;
  readonly startMs: number;
  readonly attributes: Attributes[];
  name: string;
  endMs = 0;
  isFailed = false;
  readonly #recorder: SpanRecorder;
  readonly #clock: Clock;

  constructor(
    recorder: SpanRecorder,
    { traceId, parentId, isParentRemote }: Place,
    { name, kind, attributes, clock }: {
      readonly name: string;
      readonly kind: number;
      readonly attributes: Attributes;
      readonly clock: Clock;
    },
  ) {
    this.#recorder = recorder;
    this.#clock = clock;
    this.traceId = traceId;
    this.spanId = recorder.newId(8);
    this.parentId = parentId;
    this.isParentRemote = isParentRemote;
    this.kind = kind;
    this.name = name;
    this.attributes = [attributes];
    this.startMs = clock.nowMs();
  }

  child(name: string, attributes: Attributes): CallSpan {
    const place = { traceId: this.traceId, parentId: this.spanId, isParentRemote: false };
    const own = { name, kind: CLIENT, attributes, clock: this.#clock };
    return new RecordedSpan(this.#recorder, place, own);
  }

  describe(attributes: Attributes): void {
    this.attributes.push(attributes);
  }

  rename(name: string): void {
    this.name = name;
  }

  fail(errorType: string): void {
    this.isFailed = true;
    this.attributes.push({ "error.type": errorType });
  }

  end(endMs = this.#clock.nowMs()): void {
    this.endMs = Math.max(this.startMs, endMs);
    this.#recorder.onEnd(this);
  }
}

/** The time of a trace: corrections of the machine's clock meanwhile don't affect it. */
class Clock {
  readonly #offsetMs = Date.now() - performance.now();

  nowMs(): number {
    return this.#offsetMs + performance.now();
  }
}

function shareOf(sampler: string, ratio: string | undefined): number {
  if (sampler === "always_off") return 0;
  if (sampler !== "traceidratio" || ratio === undefined) return 1;
  const share = Number(ratio);
  return share >= 0 && share <= 1 ? share : 1;
}

function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let nth = 0; nth < bytes.length; nth++) {
    bytes[nth] = Number.parseInt(text.slice(nth * 2, nth * 2 + 2), 16);
  }
  return bytes;
}
