/**
 * Everything that a release consists of: an executable for each target, the source map of what is in
 * them, a bill of materials, the install script and the SHA-256 sums of it all. The same source, made
 * with the same Deno, gives the same bytes.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { billOfMaterials } from "./bill_of_materials.ts";
import { writeChecksums } from "./checksums.ts";
import { compileBundle } from "./compile_bundle.ts";
import { installScript } from "./install_script.ts";
import { importedPackages, pickPackages } from "./lock_file.ts";
import { portableSourceMap } from "./source_map.ts";
import type { Target } from "./targets.ts";
import { checkBase, denoVersion, type Toolchain } from "./toolchain.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What the names of all files but the sums and the install script begin with. */
const PREFIX = `pollux-${manifest.version}`;

/** What to release. */
export interface ReleaseOptions {
  /** The bundle, with its source map beside it. */
  readonly bundle: string;
  readonly targets: readonly Target[];
  readonly toolchain: Toolchain;
  /** Where users will find the files; without it, the install script has to be told. */
  readonly baseUrl?: string;
}

/**
 * Fills an empty folder with a release. The sums come last: a folder that has them is whole.
 *
 * @throws {Error} When something cannot be made.
 */
export async function makeRelease(folder: string, options: ReleaseOptions): Promise<void> {
  const { bundle, targets, toolchain, baseUrl } = options;
  // What cannot succeed is to fail at once, not after some minutes.
  for (const target of targets) await checkBase(toolchain, target);
  const script = await installScript(baseUrl);
  for (const target of targets) {
    const name = `${PREFIX}-${target.name}${target.extension}`;
    await compileBundle(bundle, { output: `${folder}/${name}`, target, toolchain });
  }
  const map = portableSourceMap(await Deno.readTextFile(`${bundle}.map`));
  await Deno.writeTextFile(`${folder}/${PREFIX}.js.map`, map);
  await Deno.writeTextFile(`${folder}/${PREFIX}.cdx.json`, await bill(toolchain));
  await Deno.writeTextFile(`${folder}/install.sh`, script);
  await writeChecksums(folder);
}

async function bill(toolchain: Toolchain): Promise<string> {
  const imported = await importedPackages("main.ts");
  const packages = pickPackages(await Deno.readTextFile(`${ROOT}deno.lock`), imported);
  return billOfMaterials({
    version: manifest.version,
    license: manifest.license,
    denoVersion: await denoVersion(toolchain),
    packages,
    imported,
  });
}
