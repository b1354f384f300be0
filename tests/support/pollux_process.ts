/**
 * Pollux as a user runs it: a process with a data folder. The executable that `POLLUX_EXECUTABLE`
 * names, else the source with the permissions that `deno task pollux` gives it.
 *
 * @module
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { RUN_FLAGS } from "../../scripts/run_flags.ts";
import { within } from "./deadline.ts";
import { keepPrinted } from "./keep_printed.ts";
import type { Lack } from "./left_out.ts";

/** What a finished command did. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run Pollux. */
export interface PolluxOptions {
  readonly dataDir: string;
  /** Variables to add to an environment that holds no key and no setting of Pollux. */
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing of this process's environment, not even a home. */
  readonly isBare?: boolean;
  /** What else the gateway's command line says. */
  readonly flags?: readonly string[];
  /** More flags for `deno run`; the executable takes none. */
  readonly runFlags?: readonly string[];
  /** Does something to a process that starts, once it is spawned. */
  readonly whileStarting?: (signal: (name: ProcessSignal) => void) => Promise<void>;
}

/** The executable under test; the source where there is none. */
export const EXECUTABLE = Deno.env.get("POLLUX_EXECUTABLE");

/** Why tests of the executable itself are not run; a run of their own has one. */
export const NO_EXECUTABLE: Lack = {
  reason: "no executable: deno task compile, and name it in POLLUX_EXECUTABLE",
  isExcused: true,
};

/** What a process may be sent. */
export type ProcessSignal = "SIGTERM" | "SIGINT" | "SIGHUP" | "SIGKILL";

/** A process. Disposing of it kills it; the demo is stopped, so that it removes its folder. */
export interface PolluxProcess extends AsyncDisposable {
  readonly pid: number;
  /** Sends a signal and returns at once. */
  signal(name: ProcessSignal): void;
  /** Resolves when the log has such a line; rejects when the process ends without. */
  logged(line: RegExp): Promise<void>;
  /** Resolves with all that was printed once it has this; rejects when the process ends without. */
  printed(text: RegExp): Promise<string>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<CommandResult>;
}

/** A gateway that listens. */
export interface Gateway extends PolluxProcess {
  /** `http://127.0.0.1:PORT`, or `https:` with TLS alone. */
  readonly url: string;
}

/** A command that has come to an address and goes on. */
export interface RunningCommand extends PolluxProcess {
  readonly address: string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_LIMIT_MS = 120_000;
const OUTPUT_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 60_000;

/** Runs a command such as `accounts list` to its end. */
export async function runPollux(
  words: readonly string[],
  options: PolluxOptions,
): Promise<CommandResult> {
  const { code, stdout, stderr } = await prepare(words, options).output();
  const decoder = new TextDecoder();
  const printed = { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  keepPrinted(printed.stdout + printed.stderr);
  return { code, ...printed };
}

/**
 * Starts the gateway on a free port and waits for the line with its address.
 *
 * @param command `serve`, or `demo` with its emulated upstream.
 * @throws {Error} When it ends, or is silent for two minutes, before that.
 */
export async function startGateway(
  options: PolluxOptions,
  command: "serve" | "demo" = "serve",
): Promise<Gateway> {
  const address = /^Pollux listens on (https?:\/\/(?:127\.0\.0\.1|\[::1\]):\d+)$/m;
  const { address: url, ...rest } = await startCommand(
    [command, "--port", "0", ...options.flags ?? []],
    { ...options, env: { ...tempIn(dirname(options.dataDir)), ...options.env }, address },
  );
  if (command === "serve") return { url, ...rest };
  return {
    url,
    ...rest,
    async [Symbol.asyncDispose]() {
      // The demo removes the files with credentials that it writes, unless it is killed.
      rest.signal("SIGTERM");
      try {
        await within(STOP_LIMIT_MS, rest.ended, { what: "The demo's end" });
      } finally {
        await rest[Symbol.asyncDispose]();
      }
    },
  };
}

/** Makes a folder the one for temporary files: the demo's data are there. */
function tempIn(path: string): Record<string, string> {
  return { TMPDIR: path, TMP: path, TEMP: path };
}

/**
 * Starts a command and waits for the address that it prints.
 *
 * @param options `address`: matches what it prints; the first group is the address.
 * @throws {Error} When it ends, or is silent for two minutes, before that.
 */
export async function startCommand(
  words: readonly string[],
  options: PolluxOptions & { readonly address: RegExp },
): Promise<RunningCommand> {
  const child = prepare(words, options).spawn();
  const found = Promise.withResolvers<string>();
  const printed = new Growing();
  const log = new Growing();
  const limit = setTimeout(() => found.reject(new Error("It says no address")), START_LIMIT_MS);
  const stdout = collect(child.stdout, (text) => {
    printed.grow(text);
    const address = options.address.exec(text)?.[1];
    if (address !== undefined) found.resolve(address);
  });
  const stderr = collect(child.stderr, (text) => log.grow(text));
  let running = true;
  const ended = Promise.all([child.status, stdout, stderr]).then(([{ code }, stdout, stderr]) => {
    running = false;
    keepPrinted(stdout + stderr);
    found.reject(new Error(`It ended with code ${code}: ${stderr}`));
    return { code, stdout, stderr };
  });
  function signal(name: ProcessSignal): void {
    if (running) child.kill(name);
  }

  try {
    const [address] = await Promise.all([found.promise, options.whileStarting?.(signal)]);
    return {
      address,
      pid: child.pid,
      ended,
      logged: async (line) => void await log.having(line, ended),
      printed: (text) => printed.having(text, ended),
      signal,
      async [Symbol.asyncDispose]() {
        signal("SIGKILL");
        await ended;
      },
    };
  } catch (error) {
    signal("SIGKILL");
    await ended;
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

function prepare(words: readonly string[], options: PolluxOptions): Deno.Command {
  const { program, args, env } = polluxCommand(words, options);
  return new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What to run, for a test that starts it in its own way. */
export interface PolluxCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** A command of Pollux as a program with its arguments and environment. */
export function polluxCommand(words: readonly string[], options: PolluxOptions): PolluxCommand {
  const [program, ...args] = EXECUTABLE
    ? [EXECUTABLE, ...words]
    : [Deno.execPath(), "run", ...RUN_FLAGS, ...options.runFlags ?? [], `${ROOT}main.ts`, ...words];
  return {
    program,
    args,
    env: {
      ...(options.isBare ? bareEnvironment() : {
        ...cleanEnvironment(),
        XDG_CONFIG_HOME: `${options.dataDir}.config`,
      }),
      POLLUX_DATA_DIR: options.dataDir,
      ...options.env,
    },
  };
}

/** What Deno needs to run from source: where its packages are. */
function bareEnvironment(): Record<string, string> {
  if (EXECUTABLE) return {};
  return { DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno` };
}

/** The environment of this process without what would configure Pollux. */
function cleanEnvironment(): Record<string, string> {
  const variables = Object.entries(Deno.env.toObject());
  return {
    ...Object.fromEntries(variables.filter(([name]) => !/^(POLLUX|GEMINI|GOOGLE)_/.test(name))),
    // Deno itself would look for a newer version; the tasks of deno.json keep it from that as well.
    DENO_NO_UPDATE_CHECK: "1",
  };
}

/** A process's output, while it grows. */
class Growing {
  #text = "";
  readonly #readers = new Set<() => void>();

  grow(text: string): void {
    this.#text = text;
    for (const look of this.#readers) look();
  }

  /** Resolves with the output once it has this; rejects when `ended` resolves before. */
  async having(part: RegExp, ended: Promise<unknown>): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const look = () => part.test(this.#text) && resolve(this.#text);
    this.#readers.add(look);
    look();
    const gone = ended.then(() => Promise.reject(new Error(`No ${part} in: ${this.#text}`)));
    gone.catch(() => {});
    return await within(OUTPUT_LIMIT_MS, Promise.race([promise, gone]), { what: `Output ${part}` })
      .finally(() => this.#readers.delete(look));
  }
}

async function collect(
  output: ReadableStream<Uint8Array>,
  note: (text: string) => void = () => {},
): Promise<string> {
  let text = "";
  for await (const chunk of output.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    note(text);
  }
  return text;
}
