/**
 * A command at a pseudo-terminal, as if somebody sat there. Python has what Deno lacks for it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { runTool } from "../conformance/run_tool.ts";
import { keepPrinted } from "./keep_printed.ts";
import { type Lack, ON_WINDOWS } from "./left_out.ts";

const DRIVER = fileURLToPath(new URL("pty_driver.py", import.meta.url));

/** How `deno run` clears its own progress; the executable has none. */
const DENO_PROGRESS = "\x1b[0G\x1b[2K\x1b[J";

/** What is typed, and when. */
export interface Step {
  /** Text to wait for, in what came since the step before. */
  readonly await: string;
  readonly send: string;
}

/** What to run. */
export interface PtyCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly steps?: readonly Step[];
  /** Default: 80 columns, 24 rows. */
  readonly size?: { readonly columns: number; readonly rows: number };
}

/** What came of it. */
export interface PtyResult {
  readonly code: number;
  /** All that the terminal received, both streams and the echo of what was typed. */
  readonly received: string;
}

/**
 * Runs the command to its end at a terminal.
 *
 * @throws {Error} When it is silent for a minute.
 */
export async function runAtTerminal(command: PtyCommand): Promise<PtyResult> {
  const { program, args, env, cwd, steps = [], size = { columns: 80, rows: 24 } } = command;
  const order = { command: [program, ...args], env, cwd, steps, ...size };
  const { code, stdout, stderr } = await new Deno.Command("python3", {
    args: [DRIVER, JSON.stringify(order)],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  const received = decoder.decode(stdout).replaceAll(DENO_PROGRESS, "");
  keepPrinted(received);
  if (stderr.length > 0) throw new Error(decoder.decode(stderr));
  return { code, received };
}

/** Why nothing can be run at a terminal here; undefined where it can. */
export async function noTerminal(): Promise<Lack | undefined> {
  return ON_WINDOWS ?? await noProgram("python3");
}

/** Undefined where this machine has a program, which answers to `--version`. */
export async function noProgram(name: string): Promise<Lack | undefined> {
  const { success } = await runTool(name, { args: ["--version"] });
  return success ? undefined : { reason: `no ${name} on the PATH` };
}
