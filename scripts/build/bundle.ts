/**
 * Makes one file of a program and the packages that it imports, because one file starts faster than
 * the hundreds that it is made of.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { withRequire } from "./require_in_bundle.ts";
import { runProgram } from "./run_program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A bundle, gone with the scope; its source map lies beside it, as `PATH.map`. */
export interface Bundle extends AsyncDisposable {
  readonly path: string;
}

/**
 * Bundles a program. The packages' checksums are verified, against the lock file. The bundle's name
 * and time are the same for all: `deno compile` embeds both, and the same source is to give the same
 * executable.
 *
 * @param entry The program's first file.
 * @param folder Where the bundle goes.
 * @throws {Error} When it cannot be bundled.
 */
export async function makeBundle(entry: string, folder: string): Promise<Bundle> {
  const path = `${folder}/pollux.js`;
  const args = [
    "bundle",
    "--quiet",
    "--frozen",
    "--platform=deno",
    "--minify",
    "--sourcemap=external",
    `--output=${path}`,
    entry,
  ];
  if (!await runProgram(Deno.execPath(), { args, cwd: ROOT })) {
    throw new Error(`Cannot bundle "${entry}": see above`);
  }
  await Deno.writeTextFile(path, withRequire(await Deno.readTextFile(path)));
  await Deno.utime(path, 0, 0);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path);
      await Deno.remove(`${path}.map`);
    },
  };
}
