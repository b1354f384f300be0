/**
 * The metrics of a running gateway, as Prometheus reads them.
 *
 * @module
 */
import type { Clock } from "../../base/clock.ts";
import { delay } from "../../base/delay.ts";
import type { Redaction } from "../../gemini/redaction/redaction.ts";
import type { Gateway } from "../../server/gateway.ts";
import type { AccountStatus, GatewayStatus } from "../../server/gateway_status.ts";
import { Gauge, type Sample } from "../../telemetry/metrics/gauge.ts";
import {
  type Metric,
  METRICS_TYPE,
  pausedMetricsText,
} from "../../telemetry/metrics/metrics_text.ts";
import { OTHER } from "../../telemetry/metrics/series_table.ts";
import manifest from "../../../deno.json" with { type: "json" };
import type { UsageKeeper } from "../usage_keeper.ts";
import { CallMetrics, type CallMetricsOptions } from "./call_metrics.ts";

/** Stands for all models of an account. */
const ALL_MODELS = "all";

const STATES: readonly AccountStatus["state"][] = [
  "available",
  "busy",
  "cooling",
  "probing",
  "disabled",
];

const NO_STATUS: GatewayStatus = { accounts: [], waitingCalls: 0, keys: [] };

/** Options of {@linkcode GatewayMetrics}. */
export interface GatewayMetricsOptions extends Pick<CallMetricsOptions, "nameOf"> {
  readonly clock: Clock;
  readonly redaction: Pick<Redaction, "text">;
  readonly usage: Pick<UsageKeeper, "costOf" | "writeLagMs">;
}

/** What is measured of a gateway. */
export type MeasuredGateway = Pick<Gateway, "status" | "isListed">;

/** The metrics. Nothing of them is stored: Prometheus expects counters to begin anew with the process. */
export class GatewayMetrics {
  readonly type = METRICS_TYPE;
  /** Counts calls. */
  readonly observer: CallMetrics;
  /** Every metric, in the order of the text. */
  readonly all: readonly Metric[];
  readonly #options: GatewayMetricsOptions;
  readonly #startedAtMs: number;
  #gateway: MeasuredGateway | undefined;
  #status = NO_STATUS;
  #making: Promise<string> | undefined;

  constructor(options: GatewayMetricsOptions) {
    this.#options = options;
    this.#startedAtMs = options.clock.now();
    const { usage: { costOf }, nameOf, redaction } = options;
    this.observer = new CallMetrics({ costOf, nameOf, redacted: (text) => redaction.text(text) });
    const { affinityOf: _, ...counts } = this.observer.counts;
    this.all = [...Object.values(counts), ...this.#gauges()];
  }

  /** Measures this gateway from now on. */
  watch(gateway: MeasuredGateway): void {
    this.#gateway = gateway;
    this.observer.isListed = (model) => gateway.isListed(model);
  }

  /**
   * All metrics as a text of the type {@linkcode type}. While one is being made, everybody gets that one: many readers
   * cost no more than one.
   */
  text(): Promise<string> {
    this.#making ??= this.#make().finally(() => this.#making = undefined);
    return this.#making;
  }

  #make(): Promise<string> {
    this.#status = this.#gateway?.status() ?? NO_STATUS;
    return pausedMetricsText(this.all, delay);
  }

  #gauges(): readonly Metric[] {
    const { usage } = this.#options;
    const { accounts } = this.observer;
    return [
      single("pollux_requests_in_flight", {
        help: "Requests that are not over.",
        value: () => this.observer.inFlight,
      }),
      single("pollux_requests_waiting", {
        help: "Requests that wait for a busy account.",
        value: () => this.#status.waitingCalls,
      }),
      new Gauge({
        name: "pollux_accounts",
        help: "Accounts by their state.",
        labels: ["state"],
      }, () =>
        STATES.map((state) => ({
          labels: { state },
          value: this.#status.accounts.filter((account) => account.state === state).length,
        }))),
      new Gauge({
        name: "pollux_account_available",
        help: "Whether an account is used: 0 if it is disabled or cooling.",
        labels: ["account"],
      }, () =>
        this.#perAccount(({ name, state }) => [{
          labels: { account: accounts.of(name) },
          value: Number(state !== "cooling" && state !== "disabled"),
        }])),
      new Gauge({
        name: "pollux_account_cooling_seconds",
        help: 'Time until an account may be used again, for a model or for "all".',
        labels: ["account", "model"],
      }, () => this.#perAccount((account) => this.#coolDowns(account))),
      single("pollux_usage_write_lag_seconds", {
        help: "For how long the oldest usage waits to be stored.",
        value: () => usage.writeLagMs / 1000,
      }),
      new Gauge({
        name: "pollux_build_info",
        help: "The version that runs; the value is always 1.",
        labels: ["version", "deno"],
      }, () => [{ labels: { version: manifest.version, deno: Deno.version.deno }, value: 1 }]),
      single("process_start_time_seconds", {
        help: "Start of the gateway, in seconds since the Unix epoch.",
        value: () => this.#startedAtMs / 1000,
      }),
      single("process_resident_memory_bytes", {
        help: "Resident memory of the process.",
        value: () => Deno.memoryUsage().rss,
      }),
    ];
  }

  /** The samples of all accounts with labels of their own. */
  #perAccount<Name extends string>(
    samples: (account: AccountStatus) => readonly Sample<Name | "account">[],
  ): readonly Sample<Name | "account">[] {
    return this.#status.accounts.flatMap(samples)
      .filter(({ labels }) => labels.account !== OTHER);
  }

  #coolDowns({ name, state, until, models }: AccountStatus): Sample<"account" | "model">[] {
    const account = this.observer.accounts.of(name);
    const nowMs = this.#options.clock.now();
    const leftUntil = (time: string) => Math.max(0, Date.parse(time) - nowMs) / 1000;
    const whole = state === "cooling" && until !== undefined
      ? [{ labels: { account, model: ALL_MODELS }, value: leftUntil(until) }]
      : [];
    return [
      ...whole,
      ...models.filter(({ state }) => state === "cooling").map(({ model, until }) => ({
        labels: { account, model: this.observer.modelLabel(model) },
        value: leftUntil(until),
      })),
    ];
  }
}

function single(
  name: string,
  { help, value }: { readonly help: string; readonly value: () => number },
): Metric {
  return new Gauge<never>({ name, help, labels: [] }, () => [{ labels: {}, value: value() }]);
}
