/**
 * The software bill of materials of an executable, in CycloneDX. It has neither a time nor a serial
 * number, so that the same source gives the same text.
 *
 * @see {@link https://cyclonedx.org/docs/1.6/json/}
 * @module
 */
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { LockedPackage } from "./lock_file.ts";

/** What is in an executable. */
export interface Contents {
  /** Pollux's own version. */
  readonly version: string;
  /** The SPDX identifier of its license. */
  readonly license: string;
  /** The version of Deno whose runtime is in it. */
  readonly denoVersion: string;
  /** All packages, and the ids of those that Pollux itself imports. */
  readonly packages: readonly LockedPackage[];
  readonly imported: readonly string[];
}

/** Returns the bill as JSON with a line break at its end. */
export function billOfMaterials(contents: Contents): string {
  const { version, license, denoVersion, packages, imported } = contents;
  const components = new Map(packages.map((item) => [item.id, libraryOf(item)]));
  for (const { id, needs } of packages) {
    for (const need of needs) link(components.get(id), components.get(need));
  }

  const pollux = new Models.Component(Enums.ComponentType.Application, "pollux", {
    version,
    bomRef: `pollux@${version}`,
  });
  pollux.licenses.add(new Models.SpdxLicense(license));
  const deno = denoOf(denoVersion);
  link(pollux, deno);
  for (const id of imported) link(pollux, components.get(id));

  const bom = new Models.Bom({
    components: new Models.ComponentRepository([...components.values(), deno]),
    metadata: new Models.Metadata({ component: pollux }),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
}

function libraryOf({ name, version, sha512 }: LockedPackage): Models.Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return new Models.Component(Enums.ComponentType.Library, name, {
    version,
    purl,
    bomRef: purl,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-512"], sha512]]),
  });
}

function denoOf(version: string): Models.Component {
  const purl = `pkg:github/denoland/deno@v${version}`;
  const deno = new Models.Component(Enums.ComponentType.Platform, "deno", {
    version,
    purl,
    bomRef: purl,
  });
  deno.licenses.add(new Models.SpdxLicense("MIT"));
  return deno;
}

function link(from: Models.Component | undefined, to: Models.Component | undefined): void {
  if (from === undefined || to === undefined) throw new Error("A package is not in the bill");
  from.dependencies.add(to.bomRef);
}
