/**
 * Bundles a program and the packages that it imports into one file, because one file starts faster
 * than hundreds of them.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { withRequire } from "./require_in_bundle.ts";
import { runProgram } from "./run_program.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A bundle, deleted when it is disposed of; its source map is beside it, as `PATH.map`. */
export interface Bundle extends AsyncDisposable {
  readonly path: string;
}

/**
 * Bundles a program. The packages' checksums are verified against the lock file. The bundle's name
 * and time are always the same: `deno compile` embeds both, and the same source must give the same
 * executable.
 *
 * @param entry The program's first file.
 * @param folder The folder that the bundle is written to.
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
