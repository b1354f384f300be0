/**
 * `deno task release`: writes the files of a release into `dist/release`.
 *
 *     --target NAME    compile for this target; repeatable (all targets)
 *     --base-url URL   where users will find the files; the install script gets it as its default
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeBundle } from "./build/bundle.ts";
import { SUMS_FILE } from "./build/checksums.ts";
import { makeRelease } from "./build/make_release.ts";
import { findTarget, TARGETS } from "./build/targets.ts";
import { chosenToolchain } from "./build/toolchain.ts";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const RELEASE = `${DIST}/release`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      target: { type: "string", multiple: true },
      "base-url": { type: "string" },
    },
  });
  const targets = values.target?.map(findTarget) ?? TARGETS;
  await emptyFolder(RELEASE);
  await using bundle = await makeBundle("main.ts", DIST);
  await makeRelease(RELEASE, {
    bundle: bundle.path,
    targets,
    toolchain: chosenToolchain(),
    ...(values["base-url"] === undefined ? {} : { baseUrl: values["base-url"] }),
  });
  console.log((await Deno.readTextFile(`${RELEASE}/${SUMS_FILE}`)).trimEnd());
}

async function emptyFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) {
    await Deno.remove(`${folder}/${name}`, { recursive: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
