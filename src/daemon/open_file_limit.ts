/**
 * How many files and connections the process can have open. A process cannot ask for its limit without
 * a permission that Pollux does not have, so it tries.
 *
 * @module
 */
import { delay } from "../base/delay.ts";
import { HOW_TO_RAISE } from "../upstream/faults/out_of_files.ts";

/** The most that is tried. */
const MOST = 4096;

/** How many are opened, or closed, at once: some ms, after which calls get their turn. */
const SLICE = 256;

/** How many descriptors are left free for calls between two slices. */
const SPARE = 32;

/** Fewer than this are few: a call takes two, one to the client and one to upstream. */
const FEW = 900;

const NULL_DEVICE = "/dev/null";

/**
 * Opens one file until that fails, in slices, and closes all of them. Calls go on meanwhile: between two
 * slices some descriptors are free, and once there is none, a slice's worth is closed at once.
 *
 * @param most How many to open at most.
 * @returns How many more files can be open than are now; undefined where there is no such limit, as on
 * Windows, or as many as were tried.
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

/** Closes so many of the files, and forgets them. */
function close(files: Deno.FsFile[], count: number): void {
  for (const file of files.splice(-count)) file.close();
}

/** Lets others go on. */
function turn(): Promise<void> {
  return delay();
}

/**
 * What to tell the user.
 *
 * @param limit As {@linkcode openFileLimit} gives it.
 * @returns A sentence where the limit is low.
 */
export function lowLimitWarning(limit: number | undefined): string | undefined {
  if (limit === undefined || limit >= FEW) return undefined;
  return `This process can open only ${limit} more files, enough for about ${
    Math.floor(limit / 2)
  } requests at the same time. ${HOW_TO_RAISE}`;
}
