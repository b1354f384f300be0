/**
 * A second process on the same store.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Starts a program of this folder, with the permissions that ship; its input only where asked for. */
export function startChild(
  program: string,
  args: readonly string[],
  { stdin = "null" }: { readonly stdin?: "null" | "piped" } = {},
): Deno.ChildProcess {
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
    stdin,
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
