/**
 * The npm packages that `deno.lock` names, and which of them a program imports.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import * as z from "zod";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const lockSchema = z.object({
  npm: z.record(
    z.string(),
    z.object({ integrity: z.string(), dependencies: z.array(z.string()).default([]) }),
  ),
});

const graphSchema = z.object({
  modules: z.array(z.object({ kind: z.string().optional(), npmPackage: z.string().optional() })),
});

/** One package, at its locked version. */
export interface LockedPackage {
  /** As the lock file names it: `@scope/name@1.2.3`. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** SHA-512 of its archive, in hexadecimal digits. */
  readonly sha512: string;
  /** The ids of the packages that it needs. */
  readonly needs: readonly string[];
}

/**
 * Finds packages and their dependencies in a lock file, sorted by id.
 *
 * @param lockText The text of `deno.lock`.
 * @param ids Packages as the lock file names them.
 * @throws {Error} When the lock file lacks one of them, or a checksum is not SHA-512.
 */
export function pickPackages(lockText: string, ids: readonly string[]): LockedPackage[] {
  const { npm } = lockSchema.parse(JSON.parse(lockText));
  const picked = new Map<string, LockedPackage>();
  const left = [...ids];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (picked.has(id)) continue;
    const entry = npm[id];
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(id) ?? [];
    if (entry === undefined || name === undefined || version === undefined) {
      throw new Error(`Cannot find the package "${id}" in deno.lock`);
    }
    const needs = entry.dependencies.map((dependency) => findId(Object.keys(npm), dependency));
    picked.set(id, { id, name, version, sha512: sha512Of(id, entry.integrity), needs });
    left.push(...needs);
  }
  return [...picked.values()].toSorted((a, b) => a.id < b.id ? -1 : 1);
}

/**
 * Finds the packages that a program imports, by its own imports or by those of its files.
 *
 * @param entry The program's first file.
 * @returns Ids as the lock file has them.
 * @throws {Error} When Deno cannot resolve the imports.
 */
export async function importedPackages(entry: string): Promise<string[]> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--frozen", entry],
    cwd: ROOT,
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot find out what "${entry}" imports: see above`);
  const { modules } = graphSchema.parse(JSON.parse(new TextDecoder().decode(stdout)));
  return [...new Set(modules.flatMap(({ npmPackage }) => npmPackage ?? []))].toSorted();
}

/** A dependency is a name alone where the lock file has one version of it. */
function findId(ids: readonly string[], dependency: string): string {
  if (ids.includes(dependency)) return dependency;
  const found = ids.find((id) => id.startsWith(`${dependency}@`));
  if (found === undefined) throw new Error(`Cannot find the package "${dependency}" in deno.lock`);
  return found;
}

/** @see {@link https://www.w3.org/TR/SRI/#the-integrity-attribute} */
function sha512Of(id: string, integrity: string): string {
  const [algorithm, digest] = integrity.split("-");
  if (algorithm !== "sha512" || digest === undefined) {
    throw new Error(`Cannot read the checksum of "${id}" in deno.lock: it is not SHA-512`);
  }
  return Uint8Array.fromBase64(digest).toHex();
}
