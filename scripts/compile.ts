/**
 * `deno task compile`: makes `dist/pollux`, one executable for this machine.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { makeBundle } from "./build/bundle.ts";
import { compileBundle } from "./build/compile_bundle.ts";
import { findTarget } from "./build/targets.ts";
import { chosenToolchain } from "./build/toolchain.ts";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

async function main(): Promise<void> {
  const target = findTarget(Deno.build.target);
  const output = `${DIST}/pollux${target.extension}`;
  await using bundle = await makeBundle("main.ts", DIST);
  await compileBundle(bundle.path, { output, target, toolchain: chosenToolchain() });
  const { size } = await Deno.stat(output);
  console.log(`${output}, ${(size / 2 ** 20).toFixed(1)} MiB`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
