/**
 * Counts calls for Prometheus. The series of a call are looked up once for each combination of labels: a call then only
 * adds to numbers.
 *
 * @module
 */
import type { TokenUsage } from "../../gemini/api/token_usage.ts";
import type { CostOf } from "../../keys/limits/limited_call.ts";
import type { Booking, CallObserver } from "../../server/call/call_observer.ts";
import type { ObservedRecord } from "../../server/call/call_record.ts";
import type { Counter } from "../../telemetry/metrics/counters.ts";
import type { Histogram } from "../../telemetry/metrics/histograms.ts";
import { LabelValues, MOST_VALUES } from "../../telemetry/metrics/label_values.ts";
import { OTHER } from "../../telemetry/metrics/series_table.ts";
import type { TracedAttempt } from "../../server/explain/call_trace.ts";
import { type CallCounts, callCounts } from "./call_counts.ts";
import { affinityOf, kindOf, limitName, outcomeOf, overheadMs } from "./call_facts.ts";

/** Most combinations of labels that are remembered; beyond that, all are looked up again. */
const MOST_REMEMBERED = 20_000;

/** Options of {@linkcode CallMetrics}. */
export interface CallMetricsOptions {
  /** The price of some usage. */
  readonly costOf: CostOf;
  /** The name of a client key by the caller's id; undefined if it has none. */
  readonly nameOf: (callerId: string) => string | undefined;
  /** Redacts the names of models: clients choose them. */
  readonly redacted: (text: string) => string;
}

/** The series of calls with equal labels. */
interface CallSeries {
  readonly requests: Counter;
  readonly duration: Histogram;
  /** Undefined if its responses are not streamed. */
  readonly firstEvent: Histogram | undefined;
  /** Undefined if several accounts are asked at once. */
  readonly overhead: Histogram | undefined;
  readonly upstreamOk: Counter;
  readonly usage: UsageSeries;
}

/** The kinds of tokens. Each token is of one, so that their sum is what Google counted. */
type TokenType = "prompt" | "cached" | "tool" | "thought" | "output";

/** The series of usage with equal labels; each exists once something is counted in it. */
interface UsageSeries {
  readonly labels: { readonly key: string; readonly account: string; readonly model: string };
  readonly tokens: { [Type in TokenType]?: Counter };
  cost?: Counter;
}

/** An observer of calls. */
export class CallMetrics implements CallObserver {
  readonly counts: CallCounts = callCounts();
  /** The values of labels that gauges share. */
  readonly accounts: LabelValues = this.#values("account");
  readonly keys: LabelValues = this.#values("key");
  readonly #methods = this.#values("method");
  readonly #models: LabelValues;
  readonly #options: CallMetricsOptions;
  readonly #calls = new Map<string, CallSeries>();
  /** Models of which a call succeeded. */
  readonly #served = new Set<string>();
  /** Tells whether the catalogue has a model. Until it is set, none is known. */
  isListed: (model: string) => boolean = () => false;
  /** Requests that are not over. */
  inFlight = 0;

  constructor(options: CallMetricsOptions) {
    this.#options = options;
    this.#models = this.#values("model", options.redacted);
  }

  begin(): void {
    this.inFlight++;
  }

  end(record: ObservedRecord): void {
    this.inFlight--;
    this.#noteServed(record);
    const { startedAtMs, firstByteAtMs, finishedAtMs, usage, trace } = record;
    const series = this.#seriesOf(record);
    series.requests.value++;
    series.duration.observe((finishedAtMs - startedAtMs) / 1000);
    if (firstByteAtMs > 0) {
      series.firstEvent?.observe((firstByteAtMs - startedAtMs) / 1000);
      if (record.failure !== "" && !trace.isClientGone) {
        this.counts.broken.of({ model: this.modelLabel(record.model) }).value++;
      }
    }
    const { attempts } = trace;
    const [first] = attempts;
    if (first !== undefined) series.overhead?.observe(overheadMs(record) / 1000);
    if (attempts.length === 1 && first?.code === 200 && first.requests === 1) {
      series.upstreamOk.value++;
    } else if (attempts.length > 0) this.#countAttempts(record);
    else if (trace.limit !== "") {
      this.counts.limitRefusals.of({
        key: this.keys.of(record.keyName),
        limit: limitName(trace.limit),
      }).value++;
    }
    if (trace.session !== undefined) {
      const result = affinityOf(trace);
      if (result !== undefined) this.counts.affinityOf[result].value++;
    }
    if (usage !== undefined) {
      this.#countUsage(series.usage, { model: record.model, method: record.method, usage });
    }
  }

  booked(booking: Booking): void {
    const { callerId, account, model, method, usage } = booking;
    if (usage === undefined) return;
    const key = this.keys.of(this.#options.nameOf(callerId) ?? callerId);
    const labels = { key, account: this.accounts.of(account), model: this.modelLabel(model) };
    this.#countUsage({ labels, tokens: {} }, { model, usage, method });
  }

  /**
   * What stands for a model: its id if it is known to exist, since clients can make up others. The catalogue may not be
   * read yet, and does not have every model.
   */
  modelLabel(model: string): string {
    if (model === "") return "";
    return this.isListed(model) || this.#served.has(model) ? this.#models.of(model) : OTHER;
  }

  /** A model of which a call succeeded exists, whether or not it is listed. */
  #noteServed({ model, trace: { attempts } }: ObservedRecord): void {
    if (model === "" || attempts.at(-1)?.code !== 200 || this.#served.size >= MOST_VALUES) return;
    this.#served.add(model);
  }

  #seriesOf(record: ObservedRecord): CallSeries {
    const { status, trace } = record;
    const method = this.#methods.of(record.operation || record.method);
    const model = this.modelLabel(record.model);
    const account = this.accounts.of(record.account);
    // Nobody knows who sent a request whose key was refused.
    const key = trace.isCalled ? this.keys.of(record.keyName) : "";
    // Only the last part may contain the separator.
    const name = `${key} ${account} ${method} ${status} ${model}`;
    const found = this.#calls.get(name);
    if (found !== undefined) return found;
    const { requests, duration, firstEvent, overhead, upstream } = this.counts;
    const { route, isStream, isList } = kindOf(record);
    const series: CallSeries = {
      requests: requests.of({ route, method, model, key, code: String(status) }),
      duration: duration.of({ route, model }),
      firstEvent: isStream ? firstEvent.of({ model }) : undefined,
      overhead: isList ? undefined : overhead.of({}),
      upstreamOk: upstream.of({ account, model, outcome: "ok" }),
      usage: { labels: { key, account, model }, tokens: {} },
    };
    if (this.#calls.size >= MOST_REMEMBERED) this.#calls.clear();
    this.#calls.set(name, series);
    return series;
  }

  #countAttempts(record: ObservedRecord): void {
    const { upstream, rotations } = this.counts;
    const model = this.modelLabel(record.model);
    let untraced = record.attempts;
    let before: TracedAttempt | undefined;
    for (const attempt of record.trace.attempts) {
      const { requests } = attempt;
      const account = this.accounts.of(attempt.account);
      untraced -= requests;
      if (requests > 0) upstream.of({ account, model, outcome: outcomeOf(attempt) }).value++;
      // Another base URL or a new token was tried after each of them.
      if (requests > 1) upstream.of({ account, model, outcome: "retried" }).value += requests - 1;
      if (before !== undefined && before.account !== attempt.account && before.code !== 200) {
        rotations.of({ reason: outcomeOf(before) }).value++;
      }
      before = attempt;
    }
    // A list asks more accounts than a trace has room for.
    if (untraced > 0) upstream.of({ account: "", model, outcome: "unknown" }).value += untraced;
  }

  #countUsage(series: UsageSeries, { model, usage, method }: UsedTokens): void {
    const { prompt, tool, candidates, thoughts } = usage;
    const cached = Math.min(usage.cached, prompt);
    this.#addTokens(series, "prompt", prompt - cached);
    this.#addTokens(series, "cached", cached);
    this.#addTokens(series, "tool", tool);
    this.#addTokens(series, "thought", thoughts);
    this.#addTokens(series, "output", candidates);
    const microUsd = this.#options.costOf(model, usage, method);
    const { cost, unpriced } = this.counts;
    if (microUsd !== undefined) {
      series.cost ??= cost.of(series.labels);
      series.cost.value += microUsd / 1e6;
    } else if (usage.total > 0) unpriced.of({ model: series.labels.model }).value++;
  }

  #addTokens({ labels, tokens }: UsageSeries, type: TokenType, count: number): void {
    if (count === 0) return;
    (tokens[type] ??= this.counts.tokens.of({ ...labels, type })).value += count;
  }

  #values(label: string, shown = (text: string) => text): LabelValues {
    return new LabelValues({ shown, onFold: () => void this.counts.folded.of({ label }).value++ });
  }
}

/** Tokens of a model, and the method that used them. */
interface UsedTokens {
  readonly model: string;
  readonly usage: TokenUsage;
  readonly method: string;
}
