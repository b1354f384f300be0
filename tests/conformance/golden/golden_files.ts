/**
 * The files with the wire of every client, in `wire`: a folder for each client, a file for each of its cases.
 * `UPDATE_GOLDEN=1` renews them.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Column } from "../matrix.ts";

const FOLDER = new URL("./wire/", import.meta.url);

/** The names of the files of a column's cases, with their texts. */
function filesOf({ client, api, wires }: Column): Map<string, string> {
  const folder = slug(`${client} ${api}`);
  return new Map(wires.entries().map(([title, text]) => [`${folder}/${slug(title)}.txt`, text]));
}

/** Compares the wire of a client with its files, or renews them. */
export async function checkGolden(column: Column): Promise<void> {
  const files = filesOf(column);
  if (Deno.env.get("UPDATE_GOLDEN") === "1") return await renew(files);
  for (const [file, text] of files) {
    const kept = await Deno.readTextFile(new URL(file, FOLDER)).catch(() => "");
    assert.equal(text, kept, `${file} is not what the client sends: UPDATE_GOLDEN=1 renews it`);
  }
}

async function renew(files: ReadonlyMap<string, string>): Promise<void> {
  for (const [file, text] of files) {
    const place = new URL(file, FOLDER);
    await Deno.mkdir(new URL(".", place), { recursive: true });
    await Deno.writeTextFile(place, text);
  }
}

/**
 * As a name of a file, without versions: a new version of a client is compared with the one before it. Packages with a
 * scope are JavaScript's, and there are others of the same name in Python.
 */
function slug(words: string): string {
  return words.toLowerCase().replace(/^@/, "js-").replaceAll(/\b\d+\.[\d.]+/g, "")
    .replaceAll(/[^a-z]+/g, "-").replaceAll(/^-|-$/g, "");
}
