/**
 * `deno task bench`: measures the gateway, a bare pass-through and nginx in front of the same upstream.
 *
 *     --executable FILE   measure this executable; without it, the source
 *     --quick             a few minutes only, too short for a verdict
 *     --only PARTS        a comma-separated list of pool, requests, streams, uploads, formats, keys, metrics,
 *                         traces, start
 *     --output FILE       the JSON file to write (dist/bench.json)
 *
 * With `--executable`, `COMPILE_DENO` names the Deno that the executable was made with, so that the
 * pass-through runs on the same.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { gatewayCommand, startContenders, stopContenders } from "./bench/contenders.ts";
import { measureFormats } from "./bench/formats.ts";
import { measureKeys } from "./bench/keys.ts";
import { chooseLoadTool } from "./bench/load_tool.ts";
import {
  type Effort,
  measureColdStarts,
  measureMemory,
  measureRequests,
  measureStreams,
} from "./bench/measure.ts";
import { measureMetrics } from "./bench/metrics.ts";
import { measurePool } from "./bench/pool.ts";
import { type Figures, formatReport, judgeTargets, type MemoryFigures } from "./bench/report.ts";
import { measureTraces } from "./bench/traces.ts";
import { measureUploads } from "./bench/uploads.ts";
import { median } from "./bench/statistics.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PARTS: readonly string[] = [
  "pool",
  "requests",
  "streams",
  "uploads",
  "formats",
  "keys",
  "metrics",
  "traces",
  "start",
];
const FULL: Effort = { rounds: 5, formatRounds: 5, seconds: 4, coldStarts: 7 };
const QUICK: Effort = { rounds: 3, formatRounds: 1, seconds: 1, coldStarts: 3 };

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      executable: { type: "string" },
      quick: { type: "boolean", default: false },
      only: { type: "string", default: PARTS.join(",") },
      output: { type: "string", default: `${ROOT}dist/bench.json` },
    },
  });
  const parts = values.only.split(",");
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined) {
    throw new Error(`Cannot measure "${unknown}": --only takes ${PARTS.join(", ")}`);
  }
  const effort = values.quick ? QUICK : FULL;
  const tool = await chooseLoadTool();
  const folder = await Deno.makeTempDir({ prefix: "pollux-bench-" });
  const options = {
    deno: values.executable && Deno.env.get("COMPILE_DENO") || Deno.execPath(),
    folder,
    ...(values.executable ? { executable: resolve(values.executable) } : {}),
  };
  try {
    const figures = await measure(parts, { options, effort, tool });
    const targets = judgeTargets(figures);
    console.log(`load by ${tool.name}, rounds of ${effort.seconds} s: ${effort.rounds}\n`);
    console.log(formatReport(figures, targets));
    const machine = {
      os: Deno.build.os,
      arch: Deno.build.arch,
      cores: navigator.hardwareConcurrency,
      deno: Deno.version.deno,
    };
    await Deno.mkdir(dirname(values.output), { recursive: true });
    await Deno.writeTextFile(
      values.output,
      JSON.stringify({ machine, tool: tool.name, effort, ...figures, targets }, null, 2) + "\n",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(
  parts: readonly string[],
  setup: {
    readonly options: Parameters<typeof startContenders>[0];
    readonly effort: Effort;
    readonly tool: Awaited<ReturnType<typeof chooseLoadTool>>;
  },
): Promise<Figures> {
  const { options, effort, tool } = setup;
  let figures: Figures = { executable: options.executable !== undefined };
  if (parts.includes("pool")) figures = { ...figures, pool: measurePool() };
  if (parts.every((part) => part === "pool")) return figures;
  const contenders = await startContenders(options);
  try {
    const memory: MemoryFigures[] = [];
    if (parts.includes("requests")) {
      figures = { ...figures, requests: await measureRequests(contenders, { tool, effort }) };
      memory.push({ after: "requests", resident: await measureMemory(contenders) });
    }
    if (parts.includes("streams")) {
      figures = { ...figures, streams: await measureStreams(contenders, effort) };
      memory.push({ after: "streams", resident: await measureMemory(contenders) });
    }
    const gateway = contenders.find(({ name }) => name === "gateway");
    if (parts.includes("uploads") && gateway !== undefined) {
      figures = { ...figures, uploads: await measureUploads(gateway.server.url) };
      memory.push({ after: "uploads", resident: await measureMemory([gateway]) });
    }
    figures = { ...figures, memory };
    const upstream = contenders.find(({ name }) => name === "direct");
    if (upstream === undefined) return figures;
    // Nothing else runs meanwhile but the upstream.
    await stopContenders(contenders.filter((contender) => contender !== upstream));
    const { url } = upstream.server;
    if (parts.includes("formats")) {
      figures = { ...figures, formats: await measureFormats(url, setup) };
    }
    if (parts.includes("keys")) figures = { ...figures, keys: await measureKeys(url, setup) };
    if (parts.includes("metrics")) {
      figures = { ...figures, metrics: await measureMetrics(url, setup) };
    }
    if (parts.includes("traces")) figures = { ...figures, traces: await measureTraces(url, setup) };
  } finally {
    await stopContenders(contenders);
  }
  if (!parts.includes("start")) return figures;
  const coldStarts = await measureColdStarts(gatewayCommand(options), effort.coldStarts);
  return { ...figures, coldStart: median(coldStarts) };
}

await main();
