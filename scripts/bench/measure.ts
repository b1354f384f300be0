/**
 * The measurements. Every round measures all contenders, so that other load on the machine affects
 * them equally; the medians over the rounds are compared.
 *
 * @module
 */
import type { Contender, ContenderName } from "./contenders.ts";
import type { LoadResult, LoadTool } from "./load_tool.ts";
import { readResidentMemory, type ResidentMemory } from "./memory.ts";
import { type ServerCommand, startServer } from "./server_process.ts";
import { median } from "./statistics.ts";
import { readStreams, type StreamResult } from "./streams.ts";
import { EVENT_MARK, STREAM_EVENTS } from "./upstream_server.ts";

/** How long and how often to measure. */
export interface Effort {
  readonly rounds: number;
  /** The rounds of each format of other APIs, of which there are several. */
  readonly formatRounds: number;
  /** Of load for each contender in each round. */
  readonly seconds: number;
  readonly coldStarts: number;
}

/** One contender's figures, by the parameter that was varied. */
export type ByContender<T> = Partial<Record<ContenderName, T>>;

/** The numbers of connections that the load uses. */
const CONNECTIONS = [1, 32, 256] as const;

/** Each contender spends its first seconds on compiling hot code. */
export const WARM_UP_SECONDS = 3;

/** How many streams without pauses are read at once. */
const STREAMS = 32;

/** The body of every request. */
export const BODY = JSON.stringify({
  contents: [{ role: "user", parts: [{ text: "Tell me about the fox and the dog, please." }] }],
  generationConfig: { temperature: 0.7, maxOutputTokens: 256 },
});

/** Requests under load, for one number of connections. */
export interface RequestFigures {
  readonly connections: number;
  readonly results: ByContender<LoadResult>;
  /** Median over the rounds of the gateway's requests/s divided by the pass-through's. */
  readonly gatewayToPassThrough: number;
}

/** Measures all contenders under load at every number of connections. */
export async function measureRequests(
  contenders: readonly Contender[],
  options: { readonly tool: LoadTool; readonly effort: Effort },
): Promise<RequestFigures[]> {
  const { tool, effort } = options;
  const load = (contender: Contender, connections: number, seconds: number) =>
    tool.run({
      url: methodUrl(contender, "bench-json:generateContent"),
      body: BODY,
      connections,
      seconds,
    });

  for (const contender of contenders) {
    await refuseWrongResponses(contender);
    await load(contender, 32, WARM_UP_SECONDS);
  }
  const figures: RequestFigures[] = [];
  for (const connections of CONNECTIONS) {
    const rounds: ByContender<LoadResult>[] = [];
    for (let round = 0; round < effort.rounds; round++) {
      const results: ByContender<LoadResult> = {};
      for (const contender of contenders) {
        results[contender.name] = await load(contender, connections, effort.seconds);
      }
      rounds.push(results);
    }
    figures.push({
      connections,
      results: mapContenders(contenders, (name) => ({
        requestsPerSecond: medianOf(rounds, (round) => round[name]?.requestsPerSecond),
        p50: medianOf(rounds, (round) => round[name]?.p50),
        p99: medianOf(rounds, (round) => round[name]?.p99),
        errors: rounds.reduce((sum, round) => sum + (round[name]?.errors ?? 0), 0),
      })),
      gatewayToPassThrough: medianOf(
        rounds,
        (round) =>
          (round.gateway?.requestsPerSecond ?? NaN) /
          (round["pass-through"]?.requestsPerSecond ?? NaN),
      ),
    });
  }
  return figures;
}

/** Figures of streams: paced ones, and ones without pauses. */
export interface StreamFigures {
  /** Median milliseconds to the first event of a paced stream. */
  readonly firstEvent: ByContender<number>;
  /** Events/s of streams without pauses. */
  readonly eventsPerSecond: ByContender<number>;
  readonly errors: ByContender<number>;
}

/** Reads streams through all contenders. */
export async function measureStreams(
  contenders: readonly Contender[],
  effort: Effort,
): Promise<StreamFigures> {
  const paced: ByContender<StreamResult>[] = [];
  const flood: ByContender<StreamResult>[] = [];
  // The first streams of each contender only warm it up, as above.
  await floodRound(contenders, 1);
  for (let round = 0; round < effort.rounds; round++) {
    paced.push(await pacedRound(contenders, effort.seconds * 20));
    flood.push(await floodRound(contenders, effort.seconds * 2));
  }
  return {
    firstEvent: mapContenders(
      contenders,
      (name) => medianOf(paced, (round) => round[name]?.firstEvent),
    ),
    eventsPerSecond: mapContenders(
      contenders,
      (name) => medianOf(flood, (round) => round[name]?.eventsPerSecond),
    ),
    errors: mapContenders(
      contenders,
      (name) => [...paced, ...flood].reduce((sum, round) => sum + (round[name]?.errors ?? 0), 0),
    ),
  };
}

/** Reads the memory of every contender; after a load, the peak is what the load needed. */
export async function measureMemory(
  contenders: readonly Contender[],
): Promise<ByContender<ResidentMemory>> {
  const memory: ByContender<ResidentMemory> = {};
  for (const { name, server } of contenders) memory[name] = await readResidentMemory(server.pid);
  return memory;
}

/** Returns the milliseconds from each start of a server to the first 200 from its `/healthz`. */
export async function measureColdStarts(command: ServerCommand, times: number): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let time = 0; time < times; time++) {
    const start = performance.now();
    const server = await startServer(command);
    try {
      const response = await fetch(`${server.url}/healthz`);
      milliseconds.push(performance.now() - start);
      await response.body?.cancel();
      if (response.status !== 200) throw new Error(`/healthz answered ${response.status}, not 200`);
    } finally {
      await server.stop();
    }
  }
  return milliseconds;
}

/** Reads one stream at a time, so that no queueing hides what is added to the first event. */
async function pacedRound(
  contenders: readonly Contender[],
  repeats: number,
): Promise<ByContender<StreamResult>> {
  return await streamRound(contenders, { model: "bench-paced", streams: 1, repeats });
}

async function floodRound(
  contenders: readonly Contender[],
  repeats: number,
): Promise<ByContender<StreamResult>> {
  return await streamRound(contenders, { model: "bench-flood", streams: STREAMS, repeats });
}

async function streamRound(
  contenders: readonly Contender[],
  load: { model: keyof typeof STREAM_EVENTS; streams: number; repeats: number },
): Promise<ByContender<StreamResult>> {
  const results: ByContender<StreamResult> = {};
  for (const contender of contenders) {
    results[contender.name] = await readStreams({
      url: methodUrl(contender, `${load.model}:streamGenerateContent?alt=sse`),
      body: BODY,
      streams: load.streams,
      repeats: load.repeats,
      events: STREAM_EVENTS[load.model],
    });
  }
  return results;
}

/** Checks the response first: figures of a contender that sends another one would be meaningless. */
async function refuseWrongResponses(contender: Contender): Promise<void> {
  const response = await fetch(methodUrl(contender, "bench-json:generateContent"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: BODY,
  });
  const text = await response.text();
  if (!response.ok || !text.includes(EVENT_MARK)) {
    throw new Error(`Cannot measure ${contender.name}: it answered ${response.status}: ${text}`);
  }
}

function methodUrl(contender: Contender, method: string): string {
  return `${contender.server.url}/v1beta/models/${method}`;
}

function medianOf<T>(rounds: readonly T[], value: (round: T) => number | undefined): number {
  return median(rounds.map((round) => value(round) ?? NaN));
}

function mapContenders<T>(
  contenders: readonly Contender[],
  value: (name: ContenderName) => T,
): ByContender<T> {
  return Object.fromEntries(contenders.map(({ name }) => [name, value(name)]));
}
