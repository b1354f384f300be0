/**
 * What traces and metrics by OpenTelemetry cost a call, all of them and one in a hundred.
 *
 * @module
 */
import { alternate, type Comparison } from "./alternate.ts";
import { addAccount, type ContenderOptions, gatewayCommand } from "./contenders.ts";
import type { LoadTool } from "./load_tool.ts";
import { BODY, type Effort, WARM_UP_SECONDS } from "./measure.ts";
import { type ServerProcess, startServer } from "./server_process.ts";

const CONNECTIONS = 32;

/** Rounds for one of the other measurements: what is compared differs by little. */
const MORE_ROUNDS = 3;

/** The share of traces that a busy gateway may keep. */
const SAMPLED: Readonly<Record<string, string>> = {
  OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
  OTEL_TRACES_SAMPLER_ARG: "0.01",
};

/** What was measured. */
export interface TracesFigures {
  /** All traces, compared with none. */
  readonly all: Comparison;
  /** One trace in a hundred, compared with none. */
  readonly sampled: Comparison;
  /** What the receiver got, in bytes for each call that was traced. */
  readonly bytesPerCall: number;
}

/**
 * Measures gateways of its own in front of the upstream, with a receiver that discards what it gets.
 *
 * @throws {Error} When Pollux cannot be started, or a request fails.
 */
export async function measureTraces(
  upstreamUrl: string,
  { options, tool, effort }: {
    readonly options: ContenderOptions;
    readonly tool: LoadTool;
    readonly effort: Effort;
  },
): Promise<TracesFigures> {
  let bytes = 0;
  await using receiver = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      bytes += (await request.bytes()).length;
      return new Response(new Uint8Array());
    },
  );
  const on = {
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiver.addr.port}`,
  };
  const seconds = Math.ceil(effort.seconds / 2);
  const load = (server: ServerProcess, seconds: number) =>
    tool.run({
      url: `${server.url}/v1beta/models/bench-json:generateContent`,
      body: BODY,
      connections: CONNECTIONS,
      seconds,
    });
  async function start(
    name: string,
    env: Readonly<Record<string, string>>,
  ): Promise<ServerProcess> {
    const place = { ...options, folder: `${options.folder}/traces-${name}` };
    await Deno.mkdir(place.folder);
    await addAccount(upstreamUrl, place);
    const server = await startServer({ ...gatewayCommand(place), env });
    await load(server, WARM_UP_SECONDS);
    return server;
  }
  async function compare(name: string, env: Readonly<Record<string, string>>): Promise<Comparison> {
    const off = await start(`${name}-off`, {});
    const traced = await start(`${name}-on`, env);
    try {
      return await alternate(effort.rounds * MORE_ROUNDS, {
        base: () => load(off, seconds),
        other: () => load(traced, seconds),
      });
    } finally {
      await traced.stop();
      await off.stop();
    }
  }
  const all = await compare("all", on);
  const calls = all.other.requestsPerSecond * seconds * effort.rounds * MORE_ROUNDS;
  const bytesPerCall = bytes / calls;
  return { all, sampled: await compare("sampled", { ...on, ...SAMPLED }), bytesPerCall };
}
