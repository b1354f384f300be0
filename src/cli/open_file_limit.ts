/**
 * How many files and connections the process can have open. A process cannot ask for its limit without
 * a permission that Pollux does not have, so it tries.
 *
 * @module
 */
import { HOW_TO_RAISE } from "../upstream/out_of_files.ts";

/** The most that is tried: each costs a few µs of the start. */
const MOST = 1024;

/** Fewer than this are few: a call takes two, one to the client and one to upstream. */
const FEW = 900;

const NULL_DEVICE = "/dev/null";

/**
 * Opens one file until that fails, and closes all of them.
 *
 * @param most How many to open at most.
 * @returns How many more files can be open than are now; undefined where there is no such limit, as on
 * Windows, or as many as were tried.
 */
export function openFileLimit(most = MOST): number | undefined {
  if (Deno.build.os === "windows") return undefined;
  const files: Deno.FsFile[] = [];
  try {
    while (files.length < most) files.push(Deno.openSync(NULL_DEVICE));
    return undefined;
  } catch {
    return files.length;
  } finally {
    for (const file of files) file.close();
  }
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
  } calls at the same time. ${HOW_TO_RAISE}`;
}
