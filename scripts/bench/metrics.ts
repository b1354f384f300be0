/**
 * What metrics cost a call: counting, which is never off, and Prometheus that reads them.
 *
 * @module
 */
import { CallMetrics } from "../../src/daemon/metrics/call_metrics.ts";
import { strategyNamed } from "../../src/pool/strategy.ts";
import { newCallRecord } from "../../src/server/call/call_record.ts";
import { alternate, type Comparison } from "./alternate.ts";
import { addAccount, type ContenderOptions, gatewayCommand } from "./contenders.ts";
import type { LoadTool } from "./load_tool.ts";
import { BODY, type Effort, WARM_UP_SECONDS } from "./measure.ts";
import { startServer } from "./server_process.ts";

const CONNECTIONS = 32;

/** Rounds for one of the other measurements: what is compared differs by little. */
const MORE_ROUNDS = 3;

/** How often Prometheus reads, in ms: usually every 15 s. */
const SCRAPE_MS = 1000;

const COUNTED_CALLS = 200_000;

/** What was measured. */
export interface MetricsFigures extends Comparison {
  /** How long the counting of a call takes. */
  readonly countingMicroseconds: number;
  /** The size of what Prometheus reads, in bytes. */
  readonly scrapedBytes: number;
}

/**
 * Measures a gateway of its own in front of the upstream, read by nobody and by Prometheus.
 *
 * @throws {Error} When Pollux cannot be started, or a request fails.
 */
export async function measureMetrics(
  upstreamUrl: string,
  { options, tool, effort }: {
    readonly options: ContenderOptions;
    readonly tool: LoadTool;
    readonly effort: Effort;
  },
): Promise<MetricsFigures> {
  const place = { ...options, folder: `${options.folder}/metrics` };
  await Deno.mkdir(place.folder);
  await addAccount(upstreamUrl, place);
  const server = await startServer(gatewayCommand(place));
  let scrapedBytes = 0;
  try {
    const url = `${server.url}/v1beta/models/bench-json:generateContent`;
    const load = (seconds: number) =>
      tool.run({ url, body: BODY, connections: CONNECTIONS, seconds });
    const scrape = async () => {
      scrapedBytes = (await (await fetch(`${server.url}/metrics`)).bytes()).length;
    };
    await load(WARM_UP_SECONDS);
    const seconds = Math.ceil(effort.seconds / 2);
    const comparison = await alternate(effort.rounds * MORE_ROUNDS, {
      base: () => load(seconds),
      async other() {
        let scraped = scrape();
        const timer = setInterval(() => scraped = scraped.then(scrape), SCRAPE_MS);
        const result = await load(seconds);
        clearInterval(timer);
        await scraped;
        return result;
      },
    });
    return { ...comparison, countingMicroseconds: countingTime(), scrapedBytes };
  } finally {
    await server.stop();
  }
}

/** Counts calls in this process; no flag switches the counting off in a gateway. Returns µs for a call. */
function countingTime(): number {
  const metrics = new CallMetrics({
    // The usage of a call is priced once, for the usage that is stored.
    costOf: () => 12,
    nameOf: () => undefined,
    redacted: (text) => text,
  });
  metrics.isListed = () => true;
  const record = newCallRecord(Date.now());
  const { startedAtMs, trace } = record;
  Object.assign(record, {
    ...{ keyId: "key_bench", keyName: "bench", account: "bench", model: "gemini-2.5-flash" },
    ...{ method: "generateContent", attempts: 1, status: 200, readyMs: 5.3, upstreamMs: 4.9 },
    ...{ firstByteAtMs: startedAtMs + 5, finishedAtMs: startedAtMs + 9 },
    usage: { prompt: 12, cached: 0, tool: 0, candidates: 10, thoughts: 0, total: 22 },
  });
  const unavailable = { accounts: [], more: 0, serving: [], strategy: strategyNamed("balance") };
  trace.isCalled = true;
  trace.session = "bench";
  trace.attempts = [{
    ...{ by: "conversation", left: undefined, avoided: undefined, unavailable },
    ...{ accountId: "bench", account: "bench", startMs: 0, ms: 5, code: 200, status: "", why: "" },
    ...{ delayMs: undefined, requests: 1 },
  }];
  let leastMs = Infinity;
  // The first round warms up the compiler.
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let nth = 0; nth < COUNTED_CALLS; nth++) {
      metrics.begin();
      metrics.end(record);
    }
    leastMs = Math.min(leastMs, performance.now() - start);
  }
  return leastMs * 1000 / COUNTED_CALLS;
}
