/**
 * The load tools: wrk if it is installed, else autocannon from npm. Both keep a number of
 * connections busy with the same POST.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The request to send, and the load. */
export interface Load {
  readonly url: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** The API key to send; any by default. */
  readonly key?: string;
}

/** The result of a load. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Requests without a response, or with a status other than 2xx. */
  readonly errors: number;
}

/** A program that puts load on a server. */
export interface LoadTool {
  readonly name: string;
  run(load: Load): Promise<LoadResult>;
}

/** The key of clients of servers that ask for none. */
const ANY_KEY = "bench";

const AUTOCANNON = "autocannon@9.0.0";

/** Returns wrk if it is installed, else autocannon (whose latencies are whole milliseconds). */
export async function chooseLoadTool(): Promise<LoadTool> {
  return await isInstalled("wrk", "--version")
    ? { name: "wrk", run: runWrk }
    : { name: AUTOCANNON, run: runAutocannon };
}

/** Tells whether a program can be started. */
export async function isInstalled(program: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function runWrk(load: Load): Promise<LoadResult> {
  const script = fileURLToPath(new URL("./wrk.lua", import.meta.url));
  const text = await outputOf("wrk", [
    "--threads=1",
    `--connections=${load.connections}`,
    `--duration=${load.seconds}s`,
    "--timeout=10s",
    `--script=${script}`,
    load.url,
  ], { BENCH_BODY: load.body, BENCH_API_KEY: load.key ?? ANY_KEY });
  const result: { requests: number; seconds: number; p50: number; p99: number; errors: number } =
    JSON.parse(text.slice(text.lastIndexOf("{")));
  return {
    requestsPerSecond: result.requests / result.seconds,
    p50: result.p50,
    p99: result.p99,
    errors: result.errors,
  };
}

async function runAutocannon(load: Load): Promise<LoadResult> {
  const text = await outputOf("npx", [
    "-y",
    AUTOCANNON,
    "--json",
    `--connections=${load.connections}`,
    `--duration=${load.seconds}`,
    "--method=POST",
    "--headers=content-type=application/json",
    `--headers=x-goog-api-key=${load.key ?? ANY_KEY}`,
    `--body=${load.body}`,
    load.url,
  ], {});
  const result: {
    requests: { average: number };
    latency: { p50: number; p99: number };
    errors: number;
    non2xx: number;
  } = JSON.parse(text);
  return {
    requestsPerSecond: result.requests.average,
    p50: result.latency.p50,
    p99: result.latency.p99,
    errors: result.errors + result.non2xx,
  };
}

async function outputOf(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const output = await new Deno.Command(program, { args: [...args], env: { ...env } }).output();
  if (!output.success) {
    throw new Error(`Cannot measure with "${program}": ${new TextDecoder().decode(output.stderr)}`);
  }
  return new TextDecoder().decode(output.stdout);
}
