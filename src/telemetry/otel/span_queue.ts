/**
 * Sends spans in batches, through the exporter of OpenTelemetry's packages: it reads the variables of the receiver,
 * compresses, and tries again.
 *
 * @module
 */
import { ExportResultCode } from "@opentelemetry/core";
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from "@opentelemetry/otlp-exporter-base/node-http";
import type { ReadVariable } from "./otel_settings.ts";
import type { SpanFormat, SpanRecord, SpanSource } from "./span_record.ts";

/** Where a batch goes. */
type Exporter = ReturnType<typeof createOtlpHttpExportDelegate<Uint8Array, unknown>>;

/** The spans that are not sent. */
export class SpanQueue {
  readonly #exporter: Exporter;
  readonly #format: SpanFormat;
  readonly #source: SpanSource;
  readonly #onProblem: (reason: string) => void;
  readonly #delayMs: number;
  readonly #mostQueued: number;
  readonly #mostInBatch: number;
  /** Batches that wait while one is being sent, with how many spans they have. */
  readonly #waiting: { readonly bytes: Uint8Array; readonly spans: number }[] = [];
  #added = 0;
  #queued = 0;
  #sending: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(
    format: SpanFormat,
    { source, read, onProblem }: {
      readonly source: SpanSource;
      readonly read: ReadVariable;
      readonly onProblem: (reason: string) => void;
    },
  ) {
    this.#format = format;
    this.#source = source;
    this.#onProblem = onProblem;
    this.#delayMs = numberIn(read("OTEL_BSP_SCHEDULE_DELAY")) ?? 5000;
    this.#mostQueued = numberIn(read("OTEL_BSP_MAX_QUEUE_SIZE")) ?? 2048;
    this.#mostInBatch = Math.min(
      numberIn(read("OTEL_BSP_MAX_EXPORT_BATCH_SIZE")) ?? 512,
      this.#mostQueued,
    );
    this.#exporter = createOtlpHttpExportDelegate<Uint8Array, unknown>(
      convertLegacyHttpOptions({}, "TRACES", "v1/traces", { "Content-Type": format.contentType }),
      { serializeRequest: (bytes) => bytes, deserializeResponse: () => ({}) },
      "",
      { name: "span", countItems: () => 0 },
      undefined,
    );
  }

  /** Adds a span, or drops it if the receiver has not taken those before it, or nothing is sent any more. */
  add(span: SpanRecord): void {
    if (this.#isClosed || this.#queued >= this.#mostQueued) return;
    this.#format.add(span);
    this.#queued++;
    if (++this.#added >= this.#mostInBatch) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), this.#delayMs);
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flush();
    await this.#sending;
    await this.#exporter.shutdown();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#added > 0) {
      this.#waiting.push({ bytes: this.#format.take(this.#source), spans: this.#added });
      this.#added = 0;
    }
    this.#sending ??= this.#sendAll().finally(() => this.#sending = undefined);
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { bytes, spans } = next;
      await new Promise<void>((resolve) =>
        this.#exporter.export(bytes, ({ code, error }) => {
          if (code === ExportResultCode.FAILED) this.#onProblem(error?.message ?? "unknown");
          resolve();
        })
      );
      this.#queued -= spans;
    }
  }
}

/** A number in a variable of the environment. */
export function numberIn(value: string | undefined): number | undefined {
  return value !== undefined && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;
}
