/**
 * A gateway before the emulated Google whose calls are counted for Prometheus.
 *
 * @module
 */
import assert from "node:assert/strict";
import { GatewayMetrics } from "../../../src/daemon/metrics/gateway_metrics.ts";
import { Redaction } from "../../../src/gemini/redaction/redaction.ts";
import type { CostOf } from "../../../src/keys/limits/limited_call.ts";
import {
  type EmulatedGateway,
  type EmulatedGatewayOptions,
  startEmulatedGateway,
} from "../../support/emulated_gateway.ts";
import { Scrape } from "../../support/prometheus_text.ts";

export const FLASH = "gemini-2.5-flash";

/** A gateway and its metrics. */
export interface MeasuredTestGateway extends EmulatedGateway {
  readonly metrics: GatewayMetrics;
  /** Reads the metrics, once `count` requests are over. */
  scrape(count: number): Promise<Scrape>;
}

/** Starts the two. One request was made: for the catalogue, or for the gateway's health. */
export async function startMeasured(
  options: EmulatedGatewayOptions & {
    readonly writeLagMs?: number;
    /** Default: the catalogue is known. */
    readonly hasCatalogue?: false;
  } = {},
): Promise<MeasuredTestGateway> {
  const { clock = { now: () => Date.now() }, costOf = twoDollars, clientKeys } = options;
  const metrics = new GatewayMetrics({
    clock,
    usage: { costOf, writeLagMs: options.writeLagMs ?? 0 },
    nameOf: (id) => clientKeys?.get(id)?.name,
    redaction: new Redaction(),
  });
  const bed = await startEmulatedGateway({ ...options, costOf, observers: [metrics.observer] });
  metrics.watch(bed.gateway);
  const listed = await fetch(
    `${bed.url}${options.hasCatalogue ?? true ? "/v1beta/models" : "/healthz"}`,
    {
      headers: clientKeys === undefined ? {} : { "x-goog-api-key": "planted-key-team" },
    },
  );
  await listed.text();
  assert.equal(listed.status, 200);
  return {
    ...bed,
    metrics,
    async scrape(count) {
      // The list of models was the first.
      await bed.waitForCall(() => bed.calls.length > count);
      return new Scrape(await metrics.text());
    },
  };
}

/** Two dollars for a million tokens of one model; others have no price. */
const twoDollars: CostOf = (model, { total }) => model === FLASH ? total * 2 : undefined;
