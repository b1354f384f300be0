/**
 * The servers that the benchmark compares: the upstream itself, nginx, the bare pass-through and the
 * gateway, each in its own process.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { RUN_FLAGS } from "../run_flags.ts";
import { isInstalled } from "./load_tool.ts";
import { prepareNginx } from "./nginx.ts";
import { type ServerCommand, type ServerProcess, startServer } from "./server_process.ts";

/** The contenders, in the order in which they are measured. */
export type ContenderName = "direct" | "nginx" | "pass-through" | "gateway";

/** A server under measurement. */
export interface Contender {
  readonly name: ContenderName;
  readonly server: ServerProcess;
}

/** How the contenders are started. */
export interface ContenderOptions {
  /** An executable to measure instead of the source. */
  readonly executable?: string;
  /** The Deno that runs the pass-through, and the gateway from source. */
  readonly deno: string;
  /** An empty folder for their files. */
  readonly folder: string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const UPSTREAM_KEY = { BENCH_KEY: "bench-upstream-key" };

/**
 * Starts every contender; nginx where it is installed.
 *
 * @throws {Error} When one of them does not start; those before it are stopped.
 */
export async function startContenders(options: ContenderOptions): Promise<Contender[]> {
  const started: Contender[] = [];
  try {
    const upstream = await startServer({
      program: Deno.execPath(),
      args: ["run", "--allow-net", `${ROOT}scripts/bench/upstream_server.ts`],
    });
    started.push({ name: "direct", server: upstream });
    if (await isInstalled("nginx", "-v")) {
      const folder = `${options.folder}/nginx`;
      await Deno.mkdir(folder);
      const command = await prepareNginx(upstream.url, folder);
      started.push({ name: "nginx", server: await startServer(command) });
    }
    const passThrough = {
      program: options.deno,
      args: ["run", "--allow-net", `${ROOT}scripts/bench/passthrough_server.ts`, upstream.url],
    };
    started.push({ name: "pass-through", server: await startServer(passThrough) });
    await addAccount(upstream.url, options);
    started.push({ name: "gateway", server: await startServer(gatewayCommand(options)) });
    return started;
  } catch (error) {
    await stopContenders(started);
    throw error;
  }
}

/** Stops the contenders in reverse order of their start. */
export async function stopContenders(contenders: readonly Contender[]): Promise<void> {
  for (const { server } of contenders.toReversed()) await server.stop();
}

/** Returns the command that starts the gateway with the account that {@linkcode startContenders} added. */
export function gatewayCommand(options: ContenderOptions): ServerCommand {
  return polluxCommand(options, ["serve", "--port", "0"]);
}

/** Adds the account at the upstream to the data folder of the options. */
export async function addAccount(baseUrl: string, options: ContenderOptions): Promise<void> {
  const words = ["accounts", "add", "gemini-api", "bench", "--key-env", "BENCH_KEY"];
  await runPollux([...words, "--base-url", baseUrl], options);
}

/**
 * Runs a command of Pollux to its end, and returns what it prints.
 *
 * @throws {Error} When it fails; the message has its standard error.
 */
export async function runPollux(
  words: readonly string[],
  options: ContenderOptions,
): Promise<string> {
  const { program, args } = polluxCommand(options, words);
  const output = await new Deno.Command(program, {
    args: [...args],
    env: UPSTREAM_KEY,
    stdin: "null",
  }).output();
  if (!output.success) {
    const why = new TextDecoder().decode(output.stderr);
    throw new Error(`Cannot run "pollux ${words.slice(0, 2).join(" ")}": ${why}`);
  }
  return new TextDecoder().decode(output.stdout);
}

function polluxCommand(options: ContenderOptions, words: readonly string[]): ServerCommand {
  const args = [...words, "--data-dir", `${options.folder}/data`];
  return options.executable === undefined
    ? { program: options.deno, args: ["run", ...RUN_FLAGS, `${ROOT}main.ts`, ...args] }
    : { program: options.executable, args };
}
