/**
 * Makes all files of a release: an executable for each target, their source map, a bill of materials,
 * the install script and the SHA-256 sums of all. The same source, compiled with the same Deno, gives
 * the same bytes.
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

/** The prefix of the names of all files but the sums and the install script. */
const PREFIX = `pollux-${manifest.version}`;

/** What to release. */
export interface ReleaseOptions {
  /** The bundle, with its source map beside it. */
  readonly bundle: string;
  readonly targets: readonly Target[];
  readonly toolchain: Toolchain;
  /** Where users will find the files; without it, users must give it to the install script. */
  readonly baseUrl?: string;
}

/**
 * Writes a release into an empty folder. The sums are written last: a folder that has them is complete.
 *
 * @throws {Error} When a file cannot be made.
 */
export async function makeRelease(folder: string, options: ReleaseOptions): Promise<void> {
  const { bundle, targets, toolchain, baseUrl } = options;
  // Checked first, so that a release that cannot succeed fails at once and not after some minutes.
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
