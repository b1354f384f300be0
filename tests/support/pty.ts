/**
 * A command at a pseudo-terminal, as if somebody sat there. Python has what Deno lacks for it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { keepPrinted } from "./keep_printed.ts";

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
}

/** What came of it. */
export interface PtyResult {
  readonly code: number;
  /** All that the terminal received, both streams and the echo of what was typed. */
  readonly received: string;
}

/**
 * Runs the command to its end at a terminal of 80 columns.
 *
 * @throws {Error} When it is silent for a minute.
 */
export async function runAtTerminal(command: PtyCommand): Promise<PtyResult> {
  const { program, args, env, cwd, steps = [] } = command;
  const order = { command: [program, ...args], env, cwd, steps };
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

/** Whether this machine has a program. */
export async function hasProgram(name: string): Promise<boolean> {
  try {
    const command = new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
