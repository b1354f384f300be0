/**
 * Finds out how many files and connections the process can have open. Reading the limit needs a
 * permission that Pollux does not have, so it opens files until that fails.
 *
 * @module
 */
import { delay } from "../base/delay.ts";
import { HOW_TO_RAISE } from "../upstream/faults/out_of_files.ts";

/** Most files that are opened. */
const MOST = 4096;

/** Files that are opened or closed in one slice, which takes some ms; between slices, calls run. */
const SLICE = 256;

/** How many descriptors are left free for calls between two slices. */
const SPARE = 32;

/** A limit below this is low: a call needs two descriptors, for the client and the upstream. */
const FEW = 900;

const NULL_DEVICE = "/dev/null";

/**
 * Opens a file repeatedly until that fails, in slices, and closes all handles. Calls continue meanwhile:
 * some descriptors stay free between slices, and when none is left, one slice is closed at once.
 *
 * @param most Most files to open.
 * @returns How many more files can be opened; undefined if there is no limit, as on Windows, or if
 * `most` files could be opened.
 */
export async function openFileLimit(most = MOST): Promise<number | undefined> {
  if (Deno.build.os === "windows") return undefined;
  const files: Deno.FsFile[] = [];
  try {
    while (true) {
      const end = Math.min(files.length + SLICE, most);
      while (files.length < end) files.push(Deno.openSync(NULL_DEVICE));
      if (end === most) return undefined;
      close(files, SPARE);
      await turn();
    }
  } catch {
    return files.length;
  } finally {
    for (close(files, SLICE); files.length > 0; close(files, SLICE)) await turn();
  }
}

/** Closes this many of the files, and removes them from the list. */
function close(files: Deno.FsFile[], count: number): void {
  for (const file of files.splice(-count)) file.close();
}

/** Lets other tasks run. */
function turn(): Promise<void> {
  return delay();
}

/**
 * Returns the warning for the user.
 *
 * @param limit The result of {@linkcode openFileLimit}.
 * @returns A sentence if the limit is low.
 */
export function lowLimitWarning(limit: number | undefined): string | undefined {
  if (limit === undefined || limit >= FEW) return undefined;
  return `This process can open only ${limit} more files, enough for about ${
    Math.floor(limit / 2)
  } requests at the same time. ${HOW_TO_RAISE}`;
}
