/**
 * Compiles a bundle into an executable with the flags of the `pollux` task: the executable has that
 * task's permissions and no others.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { RUN_FLAGS } from "../run_flags.ts";
import { runProgram } from "./run_program.ts";
import { type Target, targetOf } from "./targets.ts";
import { checkBase, type Toolchain } from "./toolchain.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The compiler's flags beside those of the task. Checksums are verified when the bundle is made; with
 * a lock file here, every package that it names would be embedded, those of the tests too. The code
 * cache would save 20 ms of a start, but Deno keeps it under a known name in the folder for temporary
 * files, where another user of the machine could plant one that holds other code.
 */
export const COMPILE_FLAGS: readonly string[] = [
  "--quiet",
  "--no-check",
  "--no-lock",
  "--no-prompt",
  "--no-code-cache",
  ...RUN_FLAGS,
];

/** What to compile, and with which toolchain. */
export interface CompileOptions {
  /** Path of the executable. */
  readonly output: string;
  readonly target: Target;
  readonly toolchain: Toolchain;
}

/**
 * Compiles a bundle.
 *
 * @throws {Error} When there is no base runtime for the target, or the compiler fails, or makes a
 *     program for another one; then there is no output either.
 */
export async function compileBundle(
  bundle: string,
  { output, target, toolchain }: CompileOptions,
): Promise<void> {
  await checkBase(toolchain, target);
  const args = [
    "compile",
    ...COMPILE_FLAGS,
    `--target=${target.triple}`,
    `--output=${output}`,
    bundle,
  ];
  if (!await runProgram(toolchain.compiler, { args, cwd: ROOT })) {
    throw new Error(
      `Cannot make Pollux for ${target.name}: see above. If its base runtime (denort) cannot be ` +
        "downloaded, set DENORT_BIN to a local one, and COMPILE_DENO to a Deno of the same version",
    );
  }
  const made = await targetOf(output);
  if (made === target) return;
  await Deno.remove(output);
  throw new Error(
    `Cannot make Pollux for ${target.name}: the compiler made ${
      made === undefined ? "no executable" : `one for ${made.name}`
    }`,
  );
}
