/**
 * `SHA256SUMS`: the sums of a folder's files, in the format that `sha256sum --check` reads.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** The name of the file with the sums. */
export const SUMS_FILE = "SHA256SUMS";

/**
 * Writes the sums of all files in a folder, sorted by name.
 *
 * @throws {Error} When the folder or a file in it cannot be read.
 */
export async function writeChecksums(folder: string): Promise<void> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) if (name !== SUMS_FILE) names.push(name);
  const lines: string[] = [];
  for (const name of names.toSorted()) {
    lines.push(`${await sha256(`${folder}/${name}`)}  ${name}\n`);
  }
  await Deno.writeTextFile(`${folder}/${SUMS_FILE}`, lines.join(""));
}

/** The SHA-256 sum of a file, in hexadecimal digits. */
async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}
