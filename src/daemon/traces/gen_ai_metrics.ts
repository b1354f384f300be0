/**
 * The metrics of OpenTelemetry's conventions for generative AI, from the calls' records.
 *
 * @module
 */
import type { Attributes, Counter, Histogram } from "@opentelemetry/api";
import type { ModalityCounts, TokenUsage } from "../../gemini/api/token_usage.ts";
import type { CallObserver } from "../../server/call/call_observer.ts";
import type { ObservedRecord } from "../../server/call/call_record.ts";
import type { TracedAttempt } from "../../server/explain/call_trace.ts";
import {
  DURATION_BOUNDS,
  GEN_AI,
  GEN_AI_METRICS,
  LATEST_GEN_AI_METRICS as LATEST,
  TOKEN_BOUNDS,
} from "../../telemetry/otel/gen_ai.ts";
import type { Telemetry } from "../../telemetry/otel/telemetry.ts";
import type { AccountPlaces } from "./account_places.ts";
import { errorTypeOf } from "./error_type.ts";
import { tracedMethod } from "./traced_method.ts";

/** Most models that have series of their own. */
const MOST_MODELS = 200;

/** The name of all others. */
const OTHER = "other";

/** The modalities that the conventions know. */
const MODALITIES: Readonly<Record<string, string>> = {
  TEXT: "text",
  IMAGE: "image",
  AUDIO: "audio",
};

/** The instruments of the newest conventions. */
interface LatestInstruments {
  readonly duration: Histogram;
  readonly firstChunk: Histogram;
  readonly inputTokens: Histogram;
  readonly outputTokens: Histogram;
  readonly input: Counter;
  readonly output: Counter;
  readonly cached: Counter;
  readonly reasoning: Counter;
}

/** Records the metrics. */
export class GenAiMetrics {
  readonly #duration: Histogram;
  readonly #tokens: Histogram;
  readonly #latest: LatestInstruments | undefined;
  readonly #places: AccountPlaces;
  /** Models that an account has answered for: clients name any. */
  readonly #models = new Set<string>();

  /** @param hasLatest Whether the metrics of the newest conventions are recorded, too. */
  constructor({ meter }: Telemetry, places: AccountPlaces, hasLatest: boolean) {
    this.#places = places;
    function histogram(name: string, unit: string, bounds: readonly number[]): Histogram {
      return meter.createHistogram(name, {
        unit,
        advice: { explicitBucketBoundaries: [...bounds] },
      });
    }
    const counter = (name: string) => meter.createCounter(name, { unit: "{token}" });
    this.#duration = histogram(GEN_AI_METRICS.duration, "s", DURATION_BOUNDS);
    this.#tokens = histogram(GEN_AI_METRICS.tokens, "{token}", TOKEN_BOUNDS);
    this.#latest = hasLatest
      ? {
        duration: histogram(LATEST.duration, "s", DURATION_BOUNDS),
        firstChunk: histogram(LATEST.firstChunk, "s", DURATION_BOUNDS),
        inputTokens: histogram(LATEST.inputTokens, "{token}", TOKEN_BOUNDS),
        outputTokens: histogram(LATEST.outputTokens, "{token}", TOKEN_BOUNDS),
        input: counter(LATEST.input),
        output: counter(LATEST.output),
        cached: counter(LATEST.cached),
        reasoning: counter(LATEST.reasoning),
      }
      : undefined;
  }

  /** Observes the calls. */
  readonly observer: CallObserver = {
    end: (record) => {
      const { operation } = tracedMethod(record.method);
      if (operation === undefined) return;
      const { attempts } = record.trace;
      for (const [nth, attempt] of attempts.entries()) {
        this.#attempt(record, attempt, { operation, isLast: nth === attempts.length - 1 });
      }
    },
  };

  #attempt(
    record: ObservedRecord,
    attempt: TracedAttempt,
    { operation, isLast }: { readonly operation: string; readonly isLast: boolean },
  ): void {
    const error = errorTypeOf(record, attempt, isLast);
    const attributes: Attributes = {
      ...this.#places.of(attempt.account),
      [GEN_AI.operation]: operation,
      [GEN_AI.model]: this.#modelOf(record, attempt.code === 200),
    };
    const timed = error === undefined ? attributes : { ...attributes, "error.type": error };
    const durationMs = isLast && attempt.code === 200
      ? record.finishedAtMs - record.startedAtMs - attempt.startMs
      : Math.max(0, attempt.ms);
    this.#duration.record(durationMs / 1000, timed);
    const usage = isLast ? record.usage : undefined;
    if (usage !== undefined) {
      this.#tokens.record(inputOf(usage), { ...attributes, [GEN_AI.tokenType]: "input" });
      this.#tokens.record(outputOf(usage), { ...attributes, [GEN_AI.tokenType]: "output" });
    }
    const method = tracedMethod(record.method);
    if (this.#latest === undefined || !method.isInference) return;
    this.#latest.duration.record(durationMs / 1000, timed);
    if (isLast && method.isStream && record.firstByteAtMs > 0) {
      const ms = record.firstByteAtMs - record.startedAtMs - attempt.startMs;
      this.#latest.firstChunk.record(Math.max(0, ms) / 1000, timed);
    }
    this.#count(this.#latest, usage, timed);
  }

  #count(latest: LatestInstruments, usage: TokenUsage | undefined, attributes: Attributes): void {
    if (usage === undefined) {
      const unknown = { ...attributes, [GEN_AI.tokenModality]: "unknown" };
      latest.input.add(0, unknown);
      latest.output.add(0, unknown);
      return;
    }
    const { modalities = {} } = usage;
    latest.inputTokens.record(inputOf(usage), attributes);
    latest.outputTokens.record(outputOf(usage), attributes);
    addByModality(latest.input, attributes, { total: inputOf(usage), counts: modalities.prompt });
    addByModality(latest.output, attributes, {
      total: outputOf(usage),
      counts: modalities.candidates,
    });
    addByModality(latest.cached, attributes, { total: usage.cached, counts: modalities.cached });
    if (usage.thoughts > 0) {
      latest.reasoning.add(usage.thoughts, { ...attributes, [GEN_AI.tokenModality]: "text" });
    }
  }

  #modelOf({ model, redaction }: ObservedRecord, isAnswered: boolean): string {
    if (this.#models.has(model)) return model;
    if (!isAnswered || model === "" || this.#models.size >= MOST_MODELS) return OTHER;
    if (redaction.text(model) !== model) return OTHER;
    this.#models.add(model);
    return model;
  }
}

/** Input tokens include those from a cache. */
function inputOf({ prompt, tool }: TokenUsage): number {
  return prompt + tool;
}

/** Output tokens include those of thoughts. */
function outputOf({ candidates, thoughts }: TokenUsage): number {
  return candidates + thoughts;
}

/** Adds tokens by modality; those of which upstream does not state it are `unknown`. */
function addByModality(
  counter: Counter,
  attributes: Attributes,
  { total, counts = {} }: { readonly total: number; readonly counts: ModalityCounts | undefined },
): void {
  let left = total;
  for (const [name, count = 0] of Object.entries(counts)) {
    const modality = MODALITIES[name];
    const some = Math.min(left, count);
    if (modality === undefined || some === 0) continue;
    counter.add(some, { ...attributes, [GEN_AI.tokenModality]: modality });
    left -= some;
  }
  if (left > 0) counter.add(left, { ...attributes, [GEN_AI.tokenModality]: "unknown" });
}
