/**
 * Looks for the secrets that the tests planted, in bytes and in whole folders.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { HANDED_IN, MARKERS } from "../tests/support/planted.ts";

/** The result of searching a folder. */
export interface Findings {
  /** Paths, relative to the folder, of files with a planted secret in their bytes or name. */
  readonly leaks: readonly string[];
  /** How many files were searched. */
  readonly files: number;
  /** How many files that users supply contain a secret, as expected. */
  readonly handedIn: number;
}

/** A marker, and the encodings in which it may occur. */
const NEEDLES: readonly Buffer[] = MARKERS.flatMap((marker) => [
  Buffer.from(marker),
  Buffer.from(marker, "utf16le"),
  ...[0, 1, 2].map((offset) => Buffer.from(base64Core(marker, offset))),
]);

/** Whether bytes hold a planted secret: as it is, in UTF-16, or in base64 of either alphabet. */
export function hasPlanted(bytes: Uint8Array): boolean {
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return NEEDLES.some((needle) => haystack.includes(needle));
}

/** Searches everything in a folder; links are not followed. */
export async function findPlanted(folder: string): Promise<Findings> {
  const leaks: string[] = [];
  let files = 0;
  let handedIn = 0;

  async function visit(path: string, isHandedIn: boolean): Promise<void> {
    for await (const { name, isDirectory, isFile } of Deno.readDir(`${folder}/${path}`)) {
      const place = path === "" ? name : `${path}/${name}`;
      if (isDirectory) await visit(place, isHandedIn || name === HANDED_IN);
      const isPlanted = isFile && hasPlanted(await Deno.readFile(`${folder}/${place}`));
      if (isFile) files++;
      if (isHandedIn && isPlanted) handedIn++;
      else if (isPlanted || hasPlanted(Buffer.from(name))) leaks.push(place);
    }
  }

  await visit("", false);
  return { leaks: leaks.sort(), files, handedIn };
}

/**
 * The base64 characters of a text that begins at this offset in a group of three bytes, without those
 * at its ends, which depend on the neighbouring bytes. No marker's base64 contains `+` or `/`.
 */
function base64Core(text: string, offset: number): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString("base64");
  const whole = Math.floor((offset + text.length) / 3) * 4;
  return encoded.slice(offset === 0 ? 0 : 4, whole);
}
