/**
 * Runs a command to its end.
 *
 * @module
 */

/** How to run a tool. */
export interface ToolOptions {
  readonly args: readonly string[];
  readonly cwd?: string;
  /** The whole environment; without it, the tool inherits ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the tool reads; without it, nothing. */
  readonly input?: string;
  /**
   * Ends the tool after so many ms.
   *
   * @default {600_000}
   */
  readonly timeoutMs?: number;
}

/** What a tool did. */
export interface ToolResult {
  /** Whether it was there and exited with 0. */
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a tool and waits for its end.
 *
 * @param tool A path, or a name on the PATH. One that does not exist is a failure like any other.
 */
export async function runTool(tool: string, options: ToolOptions): Promise<ToolResult> {
  const command = new Deno.Command(tool, {
    args: [...options.args],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env, clearEnv: true }),
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  });
  let child: Deno.ChildProcess;
  try {
    child = command.spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return failure(`There is no "${tool}"`);
    throw error;
  }
  const timeoutMs = options.timeoutMs ?? 600_000;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  if (options.input !== undefined) await feed(child, options.input);
  const { success, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  const said = decoder.decode(stderr) + (late ? `Ended after ${timeoutMs} ms` : "");
  return { success: success && !late, stdout: decoder.decode(stdout), stderr: said };
}

/** The environment of a client: nothing of ours that could steer it, such as a key or a proxy. */
export function bareEnvironment(): Record<string, string> {
  return { PATH: Deno.env.get("PATH") ?? "", LANG: "C.UTF-8", NO_PROXY: "127.0.0.1" };
}

async function feed(child: Deno.ChildProcess, input: string): Promise<void> {
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
}

function failure(stderr: string): ToolResult {
  return { success: false, stdout: "", stderr };
}
