/**
 * A span that has ended, and how its format writes it.
 *
 * @module
 */
import type { Attributes } from "@opentelemetry/api";

/** A span that has ended. */
export interface SpanRecord {
  /** 16 bytes. */
  readonly traceId: Uint8Array;
  /** 8 bytes. */
  readonly spanId: Uint8Array;
  /** 8 bytes; undefined for the first of a trace. */
  readonly parentId: Uint8Array | undefined;
  /** Whether the parent is of another process. */
  readonly isParentRemote: boolean;
  readonly name: string;
  /** As OTLP numbers it: 2 is SERVER, 3 is CLIENT. */
  readonly kind: number;
  /** In ms since the epoch, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  /** All of them are those of the span. No name is in two of them. */
  readonly attributes: readonly Attributes[];
  readonly isFailed: boolean;
}

/** Who sends the spans. */
export interface SpanSource {
  readonly resource: Attributes;
  readonly scope: string;
  readonly version: string;
}

/** Writes spans into requests of OTLP. */
export interface SpanFormat {
  readonly contentType: string;
  /** Writes a span. It is not kept. */
  add(span: SpanRecord): void;
  /** The request with the spans that were added since the last. */
  take(source: SpanSource): Uint8Array;
}

/** `flags` of a span: that it is kept, and whether its parent is of another process, which is known. */
export function flagsOf({ isParentRemote }: SpanRecord): number {
  return isParentRemote ? 0x301 : 0x101;
}

/** Whole ns since the epoch. */
export function nanoseconds(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.floor((ms - whole) * 1_000_000));
}
