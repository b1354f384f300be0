/**
 * A second process on the same store.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** How a program is started. */
export interface ChildOptions {
  /** Default: none. */
  readonly stdin?: "null" | "piped";
  /** Whether it may kill itself. */
  readonly mayDie?: boolean;
}

/** Starts a program of tests/store, with the permissions that ship. */
export function startChild(
  program: string,
  args: readonly string[],
  { stdin = "null", mayDie = false }: ChildOptions = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-env",
      "--allow-read",
      "--allow-write",
      ...(mayDie ? ["--allow-run"] : []),
      fileURLToPath(new URL(`../store/${program}`, import.meta.url)),
      ...args,
    ],
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdin,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Runs such a program to its end, and gives how that was and what it printed. */
export async function runChild(
  program: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<
  { readonly code: number; readonly signal: Deno.Signal | null; readonly stdout: string }
> {
  const { code, signal, stdout } = await startChild(program, args, options).output();
  return { code, signal, stdout: new TextDecoder().decode(stdout) };
}
