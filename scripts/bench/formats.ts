/**
 * What the translation of another format costs, beside the same native call.
 *
 * @module
 */
import { alternate } from "./alternate.ts";
import { addAccount, type ContenderOptions, gatewayCommand } from "./contenders.ts";
import type { LoadTool } from "./load_tool.ts";
import { BODY, type Effort, WARM_UP_SECONDS } from "./measure.ts";
import { startServer } from "./server_process.ts";
import { median } from "./statistics.ts";
import { readStreams } from "./streams.ts";
import { STREAM_EVENTS } from "./upstream_server.ts";

const QUESTION = "Tell me about the fox and the dog, please.";

/** A way to ask: the native one, and the translated ones. */
interface Way {
  /** The path of a whole call, and of a stream. */
  readonly path: (model: string, isStream: boolean) => string;
  readonly body: (model: string, isStream: boolean) => string;
}

const NATIVE: Way = {
  path: (model, isStream) =>
    `/v1beta/models/${model}:${isStream ? "streamGenerateContent?alt=sse" : "generateContent"}`,
  body: () => BODY,
};

const WAYS: Readonly<Record<string, Way>> = {
  "chat completions": {
    path: () => "/v1/chat/completions",
    body: (model, stream) =>
      JSON.stringify({
        model,
        stream,
        temperature: 0.7,
        max_tokens: 256,
        messages: [{ role: "user", content: QUESTION }],
      }),
  },
  "Responses": {
    path: () => "/v1/responses",
    body: (model, stream) =>
      JSON.stringify({
        model,
        stream,
        store: false,
        temperature: 0.7,
        max_output_tokens: 256,
        input: QUESTION,
      }),
  },
  "Anthropic messages": {
    path: () => "/v1/messages",
    body: (model, stream) =>
      JSON.stringify({
        model,
        stream,
        temperature: 0.7,
        max_tokens: 256,
        messages: [{ role: "user", content: QUESTION }],
      }),
  },
};

const MODEL = "bench-json";
const STREAM_MODEL = "bench-flood";
const STREAMS = 8;
const REPEATS = 5;

/** What a format costs more than a native call. */
export interface FormatFigures {
  readonly format: string;
  /** Added to the median latency at one connection, in ms. */
  readonly latencyMs: number;
  /** Added to the processor time of a call, in ms: from the requests/s of 32 connections. */
  readonly processorMs: number;
  /** Added to the processor time of an event of a stream, in µs: from the events/s of streams without pauses. */
  readonly eventMicroseconds: number;
}

/**
 * Measures a gateway of its own in front of the upstream.
 *
 * @throws {Error} When Pollux cannot be started, or a request fails.
 */
export async function measureFormats(
  upstreamUrl: string,
  { options, tool, effort }: {
    readonly options: ContenderOptions;
    readonly tool: LoadTool;
    readonly effort: Effort;
  },
): Promise<readonly FormatFigures[]> {
  const place = { ...options, folder: `${options.folder}/formats` };
  await Deno.mkdir(place.folder);
  await addAccount(upstreamUrl, place);
  const server = await startServer(gatewayCommand(place));
  const seconds = Math.ceil(effort.seconds / 2);

  async function load(way: Way, connections: number, lasting = seconds) {
    const url = server.url + way.path(MODEL, false);
    const body = way.body(MODEL, false);
    const result = await tool.run({ url, body, connections, seconds: lasting });
    if (result.errors > 0) throw new Error(`${result.errors} calls to ${url} failed`);
    return result;
  }

  /** Processor time of an event, in µs. */
  async function eventTime(way: Way): Promise<number> {
    const url = server.url + way.path(STREAM_MODEL, true);
    const { eventsPerSecond, errors } = await readStreams({
      url,
      body: way.body(STREAM_MODEL, true),
      streams: STREAMS,
      repeats: REPEATS,
      events: STREAM_EVENTS[STREAM_MODEL],
    });
    if (errors > 0) throw new Error(`${errors} streams of ${url} failed`);
    return 1e6 / eventsPerSecond;
  }

  try {
    const figures: FormatFigures[] = [];
    for (const warmed of [NATIVE, ...Object.values(WAYS)]) {
      await load(warmed, 32, WARM_UP_SECONDS);
      await eventTime(warmed);
    }
    for (const [format, way] of Object.entries(WAYS)) {
      const at = (connections: number) =>
        alternate(effort.formatRounds, {
          base: () => load(NATIVE, connections),
          other: () => load(way, connections),
        });
      const one = await at(1);
      const many = await at(32);
      const added: number[] = [];
      for (let round = 0; round < effort.formatRounds; round++) {
        const native = await eventTime(NATIVE);
        added.push(await eventTime(way) - native);
      }
      figures.push({
        format,
        latencyMs: one.other.p50 - one.base.p50,
        processorMs: 1000 / many.other.requestsPerSecond - 1000 / many.base.requestsPerSecond,
        eventMicroseconds: median(added),
      });
    }
    return figures;
  } finally {
    await server.stop();
  }
}
