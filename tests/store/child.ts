/**
 * A second process on the same store.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Starts a program of this folder, with the permissions that ship. */
export function startChild(program: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-env",
      "--allow-read",
      "--allow-write",
      fileURLToPath(new URL(program, import.meta.url)),
      ...args,
    ],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Runs such a program to its end, and gives what it printed. */
export async function runChild(
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly stdout: string }> {
  const { code, stdout } = await startChild(program, args).output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}
