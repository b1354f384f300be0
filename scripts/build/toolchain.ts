/**
 * The programs that make executables. The environment may name the Deno that compiles
 * (`COMPILE_DENO`, else the one that runs this) and a base runtime of the same version
 * (`DENORT_BIN`, else Deno downloads it).
 *
 * @module
 */
import { type Target, targetOf } from "./targets.ts";

/** The compiler, and the base runtime that the bundle is added to. */
export interface Toolchain {
  /** Path of the Deno that compiles. */
  readonly compiler: string;
  /** A base runtime; without it, the compiler downloads the one for each target. */
  readonly base?: string;
}

/** The toolchain that the environment names. */
export function chosenToolchain(): Toolchain {
  const compiler = Deno.env.get("COMPILE_DENO") || Deno.execPath();
  const base = Deno.env.get("DENORT_BIN");
  return base ? { compiler, base } : { compiler };
}

/**
 * Checks whether there can be a base runtime for a target, as far as that is known without a download.
 *
 * @throws {Error} When the configured one is for another target, since Deno would use it anyway.
 */
export async function checkBase({ base }: Toolchain, target: Target): Promise<void> {
  if (base === undefined) return;
  const found = await targetOf(base);
  if (found === target) return;
  throw new Error(
    `Cannot make Pollux for ${target.name}: DENORT_BIN ("${base}") is ${
      found === undefined ? "no base runtime" : `the base runtime for ${found.name}`
    }. Unset it, so that Deno downloads the right one, or choose another --target`,
  );
}

/**
 * Asks the compiler for its version, which is that of the runtime in the executables.
 *
 * @returns As in `2.9.6`.
 * @throws {Error} When the program is not Deno.
 */
export async function denoVersion({ compiler }: Toolchain): Promise<string> {
  const { stdout } = await new Deno.Command(compiler, { args: ["--version"] }).output();
  const version = /^deno (\d+\.\d+\.\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
  if (version === undefined) throw new Error(`Cannot tell the version of "${compiler}"`);
  return version;
}
